using PhysioSite.Content;
using PhysioSite.Email;
using PhysioSite.Features.Clinics;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// The email to the patient, in the language of the form. It has no property for the name, a body area or a note, so they cannot be sent
/// by mistake.
/// </summary>
/// <param name="Clinic">The clinic as described in the language of the form.</param>
public sealed record PatientConfirmation(
    string Reference,
    string GroupName,
    Clinic Clinic,
    DateTime DueUtc,
    Uri StatusLink) : IEmailTemplate
{
    public EmailText Write()
    {
        var (group, clinic, phone, due) = (GroupName, Clinic.Name, Clinic.Phone.Text, ClinicClock.DayAndTime(Clinic, DueUtc));
        return new(
            Localize($"We have your request {Reference}"),
            [
                Localize(
                    $"{group} {clinic} has your request for an appointment. No time is fixed yet: we will get in touch by {due} to find one with you."),
            ],
            [
                new(Localize($"Reference"), Reference),
                new(Localize($"Clinic"), clinic),
                new(Localize($"Phone"), phone),
                new(Localize($"We will be in touch by"), due),
            ],
            new(Localize($"See your request, or withdraw it"), StatusLink),
            [
                Localize($"If you have not heard from us by then, call {phone} and say your reference."),
                Localize($"Anyone with the link can see the state of this request, so do not forward this email."),
                Localize($"If you did not ask for an appointment, someone mistyped their address. You can ignore this email."),
            ]);
    }
}
