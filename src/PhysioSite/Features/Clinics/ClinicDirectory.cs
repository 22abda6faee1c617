using PhysioSite.Content;

namespace PhysioSite.Features.Clinics;

/// <param name="Miles">Null for virtual care, which is no place.</param>
public sealed record ClinicDistance(Clinic Clinic, double? Miles);

/// <summary>Which clinic is nearest, and whether it is near enough.</summary>
/// <param name="Nearest">The nearest clinic with a door that takes the wished kind of visit; null when none does.</param>
/// <param name="VirtualCare">Virtual care, when the nearest is far and virtual care may treat people in that state.</param>
public sealed record NearestClinic(ZipCode Zip, ClinicDistance? Nearest, Clinic? VirtualCare);

/// <summary>Finds clinics by distance.</summary>
public sealed class ClinicDirectory(ContentLibrary library, ZipCodes zips)
{
    /// <summary>Farther than this a clinic is no longer near, in miles.</summary>
    public const double FarMiles = 60;

    /// <param name="code">Five digits, or ZIP+4.</param>
    public ZipCode? FindZip(string? code) => zips.Find(code is { Length: 10 } && code[5] == '-' ? code[..5] : code);

    /// <summary>Every clinic, nearest first; ties by name; virtual care last.</summary>
    public IReadOnlyList<ClinicDistance> ByDistance(ZipCode zip) =>
    [
        .. library.Current.Clinics
            .Select(clinic => new ClinicDistance(clinic, clinic.Place is { } place ? GreatCircle.Miles(zip.Center, place.Coordinates) : null))
            .OrderBy(found => found.Miles ?? double.MaxValue).ThenBy(found => found.Clinic.Name, StringComparer.Ordinal),
    ];

    public NearestClinic Nearest(ZipCode zip, VisitKind visit)
    {
        var nearest = ByDistance(zip).FirstOrDefault(found => found.Miles is not null && found.Clinic.Takes(visit));
        return new NearestClinic(zip, nearest, nearest is { Miles: <= FarMiles } ? null : VirtualCareIn(zip.State));
    }

    /// <summary>Virtual care that may treat someone who is in <paramref name="state"/>.</summary>
    public Clinic? VirtualCareIn(string state) =>
        library.Current.Clinics.FirstOrDefault(clinic => clinic.IsVirtual && clinic.LicensedStates.Contains(state));
}
