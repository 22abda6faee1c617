using PhysioSite.Content;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Appointments.Assignment;

/// <summary>The clinic a request is assigned to, with the data the assignment is based on.</summary>
/// <param name="Miles">Distance from the ZIP code the patient entered. Null without a ZIP code, and for virtual care.</param>
public sealed record ClinicAssignment(Clinic Clinic, ZipCode? Zip, double? Miles);

/// <summary>Decides which clinic gets a request. The ZIP code is used only here and is not stored.</summary>
public static class ClinicAssigner
{
    public static VisitKind Kind(string? visit) => visit == "video" ? VisitKind.Video : VisitKind.Clinic;

    /// <summary>
    /// Null when the form has neither a clinic nor a known ZIP code, or when no clinic there offers the requested kind of visit.
    /// </summary>
    public static ClinicAssignment? Route(RequestForm form, SiteContent content, ClinicDirectory directory)
    {
        var zip = directory.FindZip(form.ZipDigits);
        if (content.FindClinic(form.Clinic) is { } chosen)
        {
            return new ClinicAssignment(chosen, zip, zip is null || chosen.Place is null ? null : GreatCircle.Miles(zip.Center, chosen.Place.Coordinates));
        }

        return zip is null ? null : directory.Nearest(zip, Kind(form.Visit)) switch
        {
            { VirtualCare: { } virtualCare } when Kind(form.Visit) == VisitKind.Video => new ClinicAssignment(virtualCare, zip, null),
            { Nearest: { } nearest } => new ClinicAssignment(nearest.Clinic, zip, nearest.Miles),
            _ => null,
        };
    }

    /// <summary>
    /// For a patient who wants a visit in the clinic but lives far from every clinic, in a state where virtual care may treat them: the
    /// question to ask before the request is sent to a clinic hundreds of miles away. Null when the request can go to the nearest clinic.
    /// </summary>
    public static NearestClinic? OfferInstead(RequestForm form, ClinicDirectory directory) =>
        Kind(form.Visit) == VisitKind.Clinic
        && directory.FindZip(form.ZipDigits) is { } zip
        && directory.Nearest(zip, VisitKind.Clinic) is { VirtualCare: not null } found
            ? found
            : null;
}
