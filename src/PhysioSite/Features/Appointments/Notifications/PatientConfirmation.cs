using PhysioSite.Content.Model;
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
                    $"We sent your appointment request to {group} {clinic}. You do not have an appointment yet: we will contact you by {due} to agree on a time."),
            ],
            [
                new(Localize($"Reference"), Reference),
                new(Localize($"Clinic"), clinic),
                new(Localize($"Phone"), phone),
                new(Localize($"We will contact you by"), due),
            ],
            new(Localize($"See or cancel your request"), StatusLink),
            [
                Localize($"If you have not heard from us by then, call {phone} and give your reference."),
                Localize($"Anyone with the link can see the status of this request, so do not forward this email."),
                Localize($"If you did not ask for an appointment, someone mistyped their address. You can ignore this email."),
            ]);
    }
}
