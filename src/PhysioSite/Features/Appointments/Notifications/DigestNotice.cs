using PhysioSite.Content.Model;
using PhysioSite.Email;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Appointments.Notifications;

public sealed record WaitingRequest(string Reference, RequestState State, DateTime DueUtc, bool IsOverdue, Uri StaffLink);

/// <summary>The email to a clinic when it opens. It has no property for data provided by patients.</summary>
/// <param name="Waiting">Ordered by due time.</param>
/// <param name="Held">Number of requests held as possible spam.</param>
/// <param name="Clinic">Null when the clinic is no longer part of the content. Times are in UTC then.</param>
/// <param name="WrittenUtc">When the email is written.</param>
public sealed record DigestNotice(
    string ClinicSlug, Clinic? Clinic, IReadOnlyList<WaitingRequest> Waiting, int Held, Uri QueueLink, DateTime WrittenUtc)
    : IEmailTemplate
{
    /// <summary>Maximum number of requests listed in the email. The full list is on the staff desk.</summary>
    private const int Most = 50;

    public EmailText Write() => new(
        $"{Clinic?.Name ?? ClinicSlug}: {Summary}",
        [
            Waiting.Count == 0 ? "No requests are waiting for an answer." : "These requests are waiting for an answer, most urgent first.",
            .. Clinic is null
                ? ["The website no longer has this clinic, so the list comes to you. Please answer these patients, or close the requests."]
                : Array.Empty<string>(),
        ],
        [.. Waiting.Take(Most).Select(Fact), .. MoreFact(), .. HeldFact()],
        new("Open the requests on the staff desk", QueueLink),
        ["The names are on the staff desk, not in this email."]);

    private string Summary => string.Join(", ", new[]
    {
        Waiting.Count > 0 ? $"{Waiting.Count} {(Waiting.Count == 1 ? "request waiting" : "requests waiting")}" : null,
        Waiting.Count(request => request.IsOverdue) is > 0 and var overdue ? $"{overdue} overdue" : null,
        Held > 0 ? $"{Held} held as possible spam" : null,
    }.OfType<string>());

    private EmailFact Fact(WaitingRequest request)
    {
        var overdue = request.IsOverdue ? "OVERDUE. " : "";
        var due = ClinicClock.DayAndTime(Clinic, request.DueUtc, WrittenUtc);
        return new(
            request.Reference, $"{overdue}{RequestLabels.State(request.State)}, answer by {due}. {request.StaffLink.AbsoluteUri}");
    }

    private EmailFact[] MoreFact() => Waiting.Count > Most ? [new("More", $"{Waiting.Count - Most} on the staff desk")] : [];

    private EmailFact[] HeldFact() => Held > 0
        ? [new("Held as possible spam", $"{Held}. Please look through them on the staff desk: a patient may be among them.")]
        : [];
}
