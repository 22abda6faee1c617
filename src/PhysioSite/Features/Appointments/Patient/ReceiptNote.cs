using System.Globalization;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace PhysioSite.Features.Appointments.Patient;

/// <summary>
/// What the receipt says besides what is stored: the ZIP code and the distance, which only the patient's own browser keeps, encrypted,
/// until it is closed.
/// </summary>
public sealed record ReceiptNote(string Token, string? Zip, double? Miles, bool AlreadyReceived)
{
    private const string Key = "receipt";

    public ReceiptNote(Submission submission)
        : this(submission.StatusToken, submission.Route.Zip?.Code, submission.Route.Miles, submission.AlreadyReceived)
    {
    }

    public void Keep(ITempDataDictionary data) => data[Key] = new[]
    {
        Token, Zip ?? "", Miles?.ToString("R", CultureInfo.InvariantCulture) ?? "", AlreadyReceived ? "again" : "",
    };

    public static ReceiptNote? Find(ITempDataDictionary data, string token) =>
        data.Peek(Key) is string[] and [var of, var zip, var miles, var again] && of == token
            ? new ReceiptNote(token, zip.Length > 0 ? zip : null, miles.Length > 0 ? double.Parse(miles, CultureInfo.InvariantCulture) : null, again.Length > 0)
            : null;
}
