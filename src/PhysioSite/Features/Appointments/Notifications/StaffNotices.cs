using PhysioSite.Email;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>The escalation email for an unanswered request, in English. It has no property for data provided by the patient.</summary>
/// <param name="Since">When the clinic received the request, in the clinic's time zone, as text.</param>
public sealed record UnansweredNotice(string Reference, string ClinicName, string Since, string Due, Uri DeskLink)
{
    public EmailText ToMail() => new(
        $"Unanswered: request {Reference} for {ClinicName}",
        ["A patient was promised an answer by the time below, and nobody has taken the request yet. Please call the clinic, or claim it yourself on the staff desk."],
        [new("Reference", Reference), new("Clinic", ClinicName), new("Waits since", Since), new("Answer was due by", Due)],
        new EmailAction("Open the request on the staff desk", DeskLink),
        ["What the patient told us is on the staff desk, not in this email."]);
}

/// <param name="Due">The due time in the clinic's time zone, as text.</param>
public sealed record WaitingRequest(string Reference, string State, string Due, bool IsOverdue, Uri DeskLink);

/// <summary>The email to a clinic when it opens, in English. It has no property for data provided by patients.</summary>
/// <param name="Waiting">Ordered by due time.</param>
/// <param name="Held">Number of requests held as possible spam.</param>
public sealed record DigestNotice(string ClinicName, IReadOnlyList<WaitingRequest> Waiting, int Held, Uri QueueLink)
{
    /// <summary>Maximum number of requests listed in the email. The full list is on the staff desk.</summary>
    private const int Most = 50;

    public EmailText ToMail() => new(
        $"{ClinicName}: {Summary}",
        [Waiting.Count == 0 ? "No request waits for an answer." : "These requests wait for an answer, the most urgent first."],
        [
            .. Waiting.Take(Most).Select(request => new EmailFact(
                request.Reference, $"{(request.IsOverdue ? "OVERDUE. " : "")}{request.State}, answer by {request.Due}. {request.DeskLink.AbsoluteUri}")),
            .. Waiting.Count > Most ? [new EmailFact("More", $"{Waiting.Count - Most} on the staff desk")] : Array.Empty<EmailFact>(),
            .. Held > 0 ? [new EmailFact("Held as possible spam", $"{Held}. Please look through them on the staff desk: a patient may be among them.")] : Array.Empty<EmailFact>(),
        ],
        new EmailAction("Open the requests on the staff desk", QueueLink),
        ["Who they are from is on the staff desk, not in this email."]);

    private string Summary => string.Join(", ", new[]
    {
        Waiting.Count > 0 ? $"{Waiting.Count} {(Waiting.Count == 1 ? "request waits" : "requests wait")}" : null,
        Waiting.Count(request => request.IsOverdue) is > 0 and var overdue ? $"{overdue} overdue" : null,
        Held > 0 ? $"{Held} held as possible spam" : null,
    }.OfType<string>());
}
