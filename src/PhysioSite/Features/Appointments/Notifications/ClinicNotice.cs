using PhysioSite.Content.Model;
using PhysioSite.Email;
using PhysioSite.Features.Clinics;
using PhysioSite.Features.Shared;
using PhysioSite.Localization;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// The email to the clinic about a new request. It has no property for a body area or a note, so they cannot be sent by mistake.
/// </summary>
/// <param name="Reach">How to contact the patient, as text.</param>
/// <param name="PreferredTimes">Ids of <see cref="PreferredTime"/>.</param>
/// <param name="FormLanguage">The language of the patient's form.</param>
public sealed record ClinicNotice(
    string Reference,
    Clinic Clinic,
    string PatientName,
    string Reach,
    IReadOnlyList<string> PreferredTimes,
    VisitKind Visit,
    DateTime DueUtc,
    Language FormLanguage,
    SiteProfile Site,
    Uri StaffLink)
    : IEmailTemplate
{
    public EmailText Write()
    {
        var due = ClinicClock.DayAndTime(Clinic, DueUtc);
        return new(
            $"Request {Reference} for {Clinic.Name}: answer by {due}",
            ["A patient requested an appointment. Please contact them by the time below, and record the outcome on the staff desk."],
            [
                new("Reference", Reference),
                new("Name", PatientName),
                new("Contact by", Reach),
                new("Visit", VisitLabels.Name(Visit)),
                new("Preferred times", PreferredTime.Describe(PreferredTimes, Site)),
                new("Answer by", due),
                .. FormLanguage.IsEnglish ? Array.Empty<EmailFact>() : [new EmailFact("Language", FormLanguage.EnglishName)],
            ],
            new("Open the request on the staff desk", StaffLink),
            ["The rest of the request is on the staff desk, not in this email."]);
    }
}

/// <summary>The same email for clinics that want no patient names in email.</summary>
public sealed record MinimalClinicNotice(string Reference, Clinic Clinic, Uri StaffLink) : IEmailTemplate
{
    public EmailText Write() => new(
        $"Request {Reference} for {Clinic.Name}",
        ["A patient requested an appointment."],
        [new("Reference", Reference)],
        new("Open the request on the staff desk", StaffLink),
        ["Everything about it is on the staff desk."]);
}
