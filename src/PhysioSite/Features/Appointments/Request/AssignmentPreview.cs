using PhysioSite.Content;
using PhysioSite.Features.Clinics;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Request;

/// <summary>
/// Shows which clinic a form would be assigned to while the patient is still filling it in. Uses the same rules as a submission and,
/// where a submission would be rejected, the same messages.
/// </summary>
public static class AssignmentPreview
{
    /// <param name="zip">Five digits.</param>
    /// <param name="visit"><c>clinic</c> or <c>video</c>.</param>
    public static string Describe(string zip, string? visit, SiteContent content, ClinicDirectory directory, DateTime utc)
    {
        var answers = new RequestAnswers(new RequestForm { Zip = zip, Visit = visit }, content, directory);
        return answers switch
        {
            { Zip: null } => RequestFormValidator.UnknownZip(answers),
            { IsFarFromEveryClinic: true } => RequestFormValidator.TooFar(answers),
            { Assignment: null } => RequestFormValidator.NoVideoVisits(),
            { Assignment: { Miles: null } assignment, Zip: { } found } =>
                WithHours(assignment.Clinic, Localize($"By video with {assignment.Clinic.Name}, which sees people in {found.State}."), utc),
            { Assignment: { Miles: { } miles } assignment, Visit: VisitKind.Video } =>
                WithHours(assignment.Clinic, Localize($"By video with {assignment.Clinic.Name}, {ClinicClock.Miles(miles)} away."), utc),
            { Assignment: { Miles: { } miles } assignment } =>
                WithHours(assignment.Clinic, Localize($"Nearest: {assignment.Clinic.Name}, {ClinicClock.Miles(miles)} away."), utc),
        };
    }

    private static string WithHours(Clinic clinic, string where, DateTime utc) => $"{where} {ClinicClock.OpenNow(clinic, utc)}.";
}
