using System.Globalization;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace PhysioSite.Features.Appointments.Patient;

/// <summary>
/// Data that the receipt shows but the database does not store: the ZIP code and the distance. They are kept only in the patient's
/// browser, encrypted, until it is closed.
/// </summary>
public sealed record ReceiptNote(string Token, string? Zip, double? Miles, bool AlreadyReceived)
{
    private const string Key = "receipt";

    public ReceiptNote(Submission submission)
        : this(submission.StatusToken, submission.Assignment.Zip?.Code, submission.Assignment.Miles, submission.AlreadyReceived)
    {
    }

    public void Save(ITempDataDictionary data) => data[Key] = new[]
    {
        Token, Zip ?? "", Miles?.ToString("R", CultureInfo.InvariantCulture) ?? "", AlreadyReceived ? "again" : "",
    };

    public static ReceiptNote? Find(ITempDataDictionary data, string token) =>
        data.Peek(Key) is string[] and [var of, var zip, var miles, var again] && of == token
            ? new ReceiptNote(
                token,
                zip.Length > 0 ? zip : null,
                miles.Length > 0 ? double.Parse(miles, CultureInfo.InvariantCulture) : null,
                again.Length > 0)
            : null;
}
