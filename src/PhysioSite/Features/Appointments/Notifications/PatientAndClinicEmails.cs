using PhysioSite.Email;
using PhysioSite.Localization;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// The email to the clinic, in English. It has no property for a body area or a note, so they cannot be sent by mistake.
/// </summary>
/// <param name="Reach">How to contact the patient, as text.</param>
/// <param name="Due">The due time in the clinic's time zone, as text.</param>
/// <param name="Language">The language of the patient's form.</param>
public sealed record ClinicNotice(string Reference, string ClinicName, string PatientName, string Reach, string Wishes, string Visit, string Due, Language Language, Uri DeskLink)
{
    public EmailText ToMail() => new(
        $"Request {Reference} for {ClinicName}: answer by {Due}",
        ["A patient asks for an appointment. Please call or write by the time below, and record on the staff desk what came of it."],
        [
            new("Reference", Reference),
            new("Name", PatientName),
            new("How to reach them", Reach),
            new("Visit", Visit),
            new("Times that suit", Wishes),
            new("Answer by", Due),
            .. Language.IsEnglish ? Array.Empty<EmailFact>() : [new EmailFact("Language", Language.EnglishName)],
        ],
        Open,
        ["What else the patient told us is on the staff desk, not in this email."]);

    /// <summary>For clinics that want no patient names in email.</summary>
    public EmailText ToMinimalMail() => new(
        $"Request {Reference} for {ClinicName}",
        ["A patient asks for an appointment."],
        [new("Reference", Reference)],
        Open,
        ["Everything about it is on the staff desk."]);

    private EmailAction Open => new("Open the request on the staff desk", DeskLink);
}

/// <summary>The email to the patient, in the language of the form. It has no property for the name, a body area or a note.</summary>
public sealed record PatientConfirmation(string Reference, string GroupName, string ClinicName, string ClinicPhone, string Due, Uri StatusLink)
{
    public EmailText ToMail() => new(
        Localize($"We have your request {Reference}"),
        [
            Localize($"{GroupName} {ClinicName} has your request for an appointment. No time is fixed yet: we will get in touch by {Due} to find one with you."),
        ],
        [
            new(Localize($"Reference"), Reference),
            new(Localize($"Clinic"), ClinicName),
            new(Localize($"Phone"), ClinicPhone),
            new(Localize($"We will be in touch by"), Due),
        ],
        new(Localize($"See your request, or withdraw it"), StatusLink),
        [
            Localize($"If you have not heard from us by then, call {ClinicPhone} and say your reference."),
            Localize($"Anyone with the link can see the state of this request, so do not forward this email."),
            Localize($"If you did not ask for an appointment, someone mistyped their address. You can ignore this email."),
        ]);
}
