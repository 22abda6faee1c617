using PhysioSite.Content;
using PhysioSite.Content.Model;

namespace PhysioSite.Features.Clinics;

/// <param name="Miles">Null for virtual care, which has no location.</param>
public sealed record ClinicDistance(Clinic Clinic, double? Miles);

/// <summary>The nearest clinic, and virtual care as an alternative if the clinic is far away.</summary>
/// <param name="Nearest">
/// The nearest physical clinic that takes new patients and may treat the patient in the requested way. Null if there is none.
/// </param>
/// <param name="VirtualCare">Virtual care, if the nearest clinic is far away and virtual care may treat patients in that state.</param>
public sealed record NearestClinic(ZipCode Zip, ClinicDistance? Nearest, Clinic? VirtualCare)
{
    public bool IsFar => Nearest is not { Miles: <= ClinicDirectory.FarMiles };
}

/// <summary>Finds clinics by distance.</summary>
public sealed class ClinicDirectory(ContentLibrary library, ZipCodes zips)
{
    /// <summary>Maximum distance of a nearby clinic, in miles.</summary>
    public const double FarMiles = 60;

    /// <param name="typed">Five digits, or ZIP+4 with or without a hyphen.</param>
    public ZipCode? FindZip(string? typed) => zips.Find(ZipCodes.FiveDigits(typed));

    /// <summary>All clinics ordered by distance, then by name. Virtual care is last.</summary>
    public IReadOnlyList<ClinicDistance> ByDistance(ZipCode zip) =>
    [
        .. library.Current.Clinics
            .Select(clinic => new ClinicDistance(
                clinic,
                clinic.Place is { } place ? GreatCircle.Miles(zip.Center, place.Coordinates) : null))
            .OrderBy(found => found.Miles ?? double.MaxValue).ThenBy(found => found.Clinic.Name, StringComparer.Ordinal),
    ];

    public NearestClinic Nearest(ZipCode zip, VisitKind visit)
    {
        var nearest = ByDistance(zip).FirstOrDefault(found =>
            found.Miles is not null && found.Clinic.NewPatientPause is null && found.Clinic.MayTreat(visit, zip.State));
        var found = new NearestClinic(zip, nearest, null);
        return found.IsFar ? found with { VirtualCare = VirtualCareIn(zip.State) } : found;
    }

    /// <summary>Virtual care that may treat patients in <paramref name="state"/>.</summary>
    public Clinic? VirtualCareIn(string state) =>
        library.Current.Clinics.FirstOrDefault(clinic => clinic.IsVirtual && clinic.MayTreat(VisitKind.Video, state));
}
