using PhysioSite.Content.Model;
using PhysioSite.Email;
using PhysioSite.Features.Clinics;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>The email to the patient when another clinic takes over the request.</summary>
/// <param name="Clinic">The clinic that has the request now, as described in the language of the form.</param>
/// <param name="StatusLink">Null for a request that an earlier version stored without the link.</param>
public sealed record RequestTransferred(string Reference, string GroupName, Clinic Clinic, DateTime DueUtc, Uri? StatusLink)
    : IEmailTemplate
{
    public EmailText Write()
    {
        var due = ClinicClock.DayAndTime(Clinic, DueUtc);
        return new(
            Localize($"Another clinic has your request {Reference} now"),
            [Localize($"{GroupName} {Clinic.Name} has your request now. We will contact you by {due}.")],
            [
                new(Localize($"Reference"), Reference),
                new(Localize($"Clinic"), $"{GroupName} {Clinic.Name}"),
                new(Localize($"Phone"), Clinic.Phone.Text),
                new(Localize($"We will contact you by"), due),
            ],
            StatusLink is null ? null : new(Localize($"See or cancel your request"), StatusLink),
            [Localize($"If you have not heard from us by then, call {Clinic.Phone.Text} and give your reference.")]);
    }
}
