using PhysioSite.Content;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Appointments.Assignment;

/// <summary>The clinic a request goes to, and why.</summary>
/// <param name="Miles">From the ZIP code the patient typed; null without one, and for virtual care.</param>
public sealed record ClinicAssignment(Clinic Clinic, ZipCode? Zip, double? Miles);

/// <summary>Decides which clinic gets a request. The ZIP code is used here and stored nowhere.</summary>
public static class ClinicAssigner
{
    public static VisitKind Kind(string? visit) => visit == "video" ? VisitKind.Video : VisitKind.Clinic;

    /// <summary>Null when the form names neither a clinic nor a ZIP code we know, or when nobody offers the wished kind of visit there.</summary>
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
    /// For someone who wants to come in but lives far from every clinic, in a state where virtual care may treat them: what to ask them
    /// before their request is sent hundreds of miles away. Null when the request can simply go to the nearest clinic.
    /// </summary>
    public static NearestClinic? OfferInstead(RequestForm form, ClinicDirectory directory) =>
        Kind(form.Visit) == VisitKind.Clinic
        && directory.FindZip(form.ZipDigits) is { } zip
        && directory.Nearest(zip, VisitKind.Clinic) is { VirtualCare: not null } found
            ? found
            : null;
}
