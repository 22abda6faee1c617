using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Clinics;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Request;

/// <summary>Where a form would be sent.</summary>
/// <param name="Text">A sentence for the patient.</param>
/// <param name="Clinic">Null when the form could not be sent.</param>
public sealed record Preview(string Text, Clinic? Clinic);

/// <summary>
/// Shows which clinic a form would be assigned to while the patient is still filling it in. Uses the same rules as a submission and,
/// where a submission would be rejected, the same messages.
/// </summary>
public static class AssignmentPreview
{
    /// <param name="zip">Five digits.</param>
    /// <param name="visit"><c>clinic</c> or <c>video</c>.</param>
    /// <param name="answerWithin">The opening hours in which a clinic answers.</param>
    public static Preview Describe(
        string zip, string? visit, SiteContent content, ClinicDirectory directory, DateTime utc, TimeSpan answerWithin)
    {
        var answers = new RequestAnswers(new RequestForm { Zip = zip, Visit = visit }, content, directory);
        return answers switch
        {
            { Zip: null } => new(RequestFormValidator.UnknownZip(answers), null),
            { IsFarFromEveryClinic: true } => new(RequestFormValidator.TooFar(answers), null),
            { Assignment: null } => new(RequestFormValidator.NoVideoVisits(), null),
            { Assignment: { Miles: null } assignment, Zip: { } found } =>
                Sendable(assignment.Clinic, Localize($"By video with {assignment.Clinic.Name}, which sees people in {found.State}.")),
            { Assignment: { Miles: { } miles } assignment, Visit: VisitKind.Video } =>
                Sendable(assignment.Clinic, Localize($"By video with {assignment.Clinic.Name}, {ClinicClock.Miles(miles)} away.")),
            { Assignment: { Miles: { } miles } assignment } =>
                Sendable(assignment.Clinic, Localize($"Nearest: {assignment.Clinic.Name}, {ClinicClock.Miles(miles)} away.")),
        };

        Preview Sendable(Clinic clinic, string where) =>
            new($"{where} {ClinicClock.OpenNow(clinic, utc)}. {Promise(clinic, utc, answerWithin)}", clinic);
    }

    /// <summary>For example "Madison calls you by 5 pm today."</summary>
    public static string Promise(Clinic clinic, DateTime utc, TimeSpan answerWithin)
    {
        var due = ClinicClock.Soon(clinic, DueTime.After(clinic, utc, answerWithin), utc);
        return Localize($"{clinic.Name} contacts you by {due}.");
    }
}
