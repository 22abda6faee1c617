using PhysioSite.Content;
using PhysioSite.Email;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>The escalation email for an unanswered request. It has no property for data provided by the patient.</summary>
/// <param name="Clinic">Null when the clinic is no longer part of the content. Times are in UTC then.</param>
/// <param name="WaitsSinceUtc">When the clinic received the request.</param>
public sealed record UnansweredNotice(
    string Reference, string ClinicSlug, Clinic? Clinic, DateTime WaitsSinceUtc, DateTime DueUtc, Uri StaffLink) : IEmailTemplate
{
    private string ClinicName => Clinic?.Name ?? ClinicSlug;

    public EmailText Write() => new(
        $"Unanswered: request {Reference} for {ClinicName}",
        [
            "A patient was promised an answer by the time below, and no one has claimed the request yet. Please call the clinic, or claim "
                + "it yourself on the staff desk.",
        ],
        [
            new("Reference", Reference),
            new("Clinic", ClinicName),
            new("Waiting since", ClinicClock.DayAndTime(Clinic, WaitsSinceUtc)),
            new("Answer was due by", ClinicClock.DayAndTime(Clinic, DueUtc)),
        ],
        new("Open the request on the staff desk", StaffLink),
        ["What the patient told us is on the staff desk, not in this email."]);
}
