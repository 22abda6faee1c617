using PhysioSite.Content.Model;
using PhysioSite.Email;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>An unanswered request. It has no property for data provided by the patient.</summary>
/// <param name="Clinic">Null when the clinic is no longer part of the content. Times are in UTC then.</param>
/// <param name="State">New, or waiting for the next call.</param>
/// <param name="IsNotCalled">Whether the patient reported that nobody called.</param>
/// <param name="WaitsSinceUtc">When the clinic received the request.</param>
/// <param name="WrittenUtc">When the email is written.</param>
public sealed record UnansweredRequest(
    string Reference,
    string ClinicSlug,
    Clinic? Clinic,
    RequestState State,
    bool IsNotCalled,
    DateTime WaitsSinceUtc,
    DateTime DueUtc,
    DateTime WrittenUtc,
    Uri StaffLink)
{
    public string ClinicName => Clinic?.Name ?? ClinicSlug;

    public string Due => ClinicClock.DayAndTime(Clinic, DueUtc, WrittenUtc);
}

/// <summary>
/// The escalation email of one run to one inbox: a single request in full, or a list of several. One email for each of several hundred
/// requests would be read by nobody.
/// </summary>
/// <param name="Requests">At least one, the longest overdue first.</param>
public sealed record UnansweredNotice(IReadOnlyList<UnansweredRequest> Requests, Uri QueueLink) : IEmailTemplate
{
    /// <summary>Maximum number of requests listed in the email. The full list is on the staff desk.</summary>
    private const int Most = 50;

    public EmailText Write() => Requests is [var only] ? One(only) : new(
        $"Unanswered: {Requests.Count} requests",
        [
            "These patients were promised an answer, and nobody has given it yet. Please call the clinics, or claim the requests yourself "
                + "on the staff desk.",
        ],
        [
            .. Requests.Take(Most).Select(request => new EmailFact(
                request.Reference,
                $"{request.ClinicName}. {What(request)} Answer was due by {request.Due}. {request.StaffLink.AbsoluteUri}")),
            .. Requests.Count > Most ? [new EmailFact("More", $"{Requests.Count - Most} on the staff desk")] : Array.Empty<EmailFact>(),
        ],
        new("Open the requests on the staff desk", QueueLink),
        ["What the patients told us is on the staff desk, not in this email."]);

    private static EmailText One(UnansweredRequest request) => new(
        $"Unanswered: request {request.Reference} for {request.ClinicName}",
        [
            request.State switch
            {
                RequestState.New =>
                    "A patient was promised an answer by the time below, and no one has claimed the request yet. Please call the clinic, "
                    + "or claim it yourself on the staff desk.",
                RequestState.NoAnswer =>
                    "A patient could not be reached and was to be called again by the time below, and no one has done so yet. Please call "
                    + "the clinic, or call the patient yourself.",
                _ =>
                    "A patient was to be called again by the time below, and no one has done so yet. Please call the clinic, or call the "
                    + "patient yourself.",
            },
            .. request.IsNotCalled ? ["The patient has told us that nobody called."] : Array.Empty<string>(),
        ],
        [
            new("Reference", request.Reference),
            new("Clinic", request.ClinicName),
            new("Waiting since", ClinicClock.DayAndTime(request.Clinic, request.WaitsSinceUtc, request.WrittenUtc)),
            new("Answer was due by", request.Due),
        ],
        new("Open the request on the staff desk", request.StaffLink),
        ["What the patient told us is on the staff desk, not in this email."]);

    private static string What(UnansweredRequest request) =>
        request.IsNotCalled ? "The patient says that nobody called." : $"{RequestLabels.State(request.State)}.";
}
