using PhysioSite.Content;
using PhysioSite.Features.Appointments.Assignment;
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
        var form = new RequestForm { Zip = zip, Visit = visit };
        if (directory.FindZip(zip) is not { } found)
        {
            return Localize($"We do not know the ZIP code {zip}. Check it, or choose a clinic by name from the list below");
        }

        if (ClinicAssigner.OfferInstead(form, directory) is not null)
        {
            return RequestFormValidator.TooFar(form, directory);
        }

        return ClinicAssigner.Route(form, content, directory) switch
        {
            null => Localize($"We offer no video visits where you live. Choose a visit in the clinic"),
            { Miles: null } route => WithHours(route.Clinic, Localize($"By video with {route.Clinic.Name}, which sees people in {found.State}."), utc),
            { Miles: { } miles } route when ClinicAssigner.Kind(visit) == VisitKind.Video =>
                WithHours(route.Clinic, Localize($"By video with {route.Clinic.Name}, {ClinicClock.Miles(miles)} away."), utc),
            { Miles: { } miles } route => WithHours(route.Clinic, Localize($"Nearest: {route.Clinic.Name}, {ClinicClock.Miles(miles)} away."), utc),
        };
    }

    private static string WithHours(Clinic clinic, string where, DateTime utc) =>
        ClinicClock.OpenNow(clinic, utc) is { } hours ? $"{where} {hours}." : where;
}
