using PhysioSite.Content.Model;
using PhysioSite.Email;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// The email to the clinic when a patient cancels a request that staff have worked on. It has no property for data provided by the patient.
/// </summary>
/// <param name="Clinic">Null when the clinic is no longer part of the content. Times are in UTC then.</param>
/// <param name="AgreedUtc">The time that was agreed, whose slot is free now.</param>
public sealed record CanceledNotice(
    string Reference, string ClinicSlug, Clinic? Clinic, DateTime? AgreedUtc, DateTime CanceledUtc, Uri StaffLink)
    : IEmailTemplate
{
    private string ClinicName => Clinic?.Name ?? ClinicSlug;

    public EmailText Write() => new(
        $"Canceled by the patient: request {Reference} for {ClinicName}",
        [
            AgreedUtc is null
                ? "The patient canceled a request that someone was working on. Please do not call."
                : "The patient canceled an agreed appointment. Please free the time in your schedule.",
        ],
        [
            new("Reference", Reference),
            new("Clinic", ClinicName),
            .. AgreedUtc is { } agreed
                ? [new EmailFact("Agreed time", ClinicClock.DayAndTime(Clinic, agreed, CanceledUtc))]
                : Array.Empty<EmailFact>(),
        ],
        new("Open the request on the staff desk", StaffLink),
        ["It stays at the top of the queue until someone confirms there that they have seen it."]);
}
