using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Appointments.Assignment;

/// <summary>The clinic a request is assigned to, with the data the assignment is based on.</summary>
/// <param name="Zip">The ZIP code the patient entered. It is not stored.</param>
/// <param name="Miles">Distance from the ZIP code. Null without a ZIP code, and for virtual care.</param>
public sealed record ClinicAssignment(Clinic Clinic, ZipCode? Zip, double? Miles)
{
    /// <summary>The clinic that the patient chose by name.</summary>
    public static ClinicAssignment ToChosen(Clinic clinic, ZipCode? zip) =>
        new(clinic, zip, zip is null || clinic.Place is null ? null : GreatCircle.Miles(zip.Center, clinic.Place.Coordinates));

    /// <summary>
    /// The clinic for a patient who entered only a ZIP code. Null when no clinic there offers the requested kind of visit.
    /// </summary>
    /// <param name="found">The result of the search for that kind of visit.</param>
    public static ClinicAssignment? ToNearest(NearestClinic found, VisitKind visit) => found switch
    {
        { VirtualCare: { } virtualCare } when visit == VisitKind.Video => new(virtualCare, found.Zip, null),
        { Nearest: { } nearest } => new(nearest.Clinic, found.Zip, nearest.Miles),
        _ => null,
    };

    /// <summary>
    /// Whether a patient who wants a visit in the clinic lives far from every clinic. The patient is asked before the request is sent to a
    /// clinic hundreds of miles away.
    /// </summary>
    public static bool NeedsConfirmation(NearestClinic found, VisitKind visit) => visit == VisitKind.Clinic && found.IsFar;
}
