using PhysioSite.Content.Model;

namespace PhysioSite.Features.Clinics;

public static class GreatCircle
{
    /// <summary>The mean radius of the Earth, 6371.0088 km (IUGG), in statute miles.</summary>
    private const double EarthRadiusMiles = 6371.0088 / 1.609344;

    /// <summary>
    /// Great-circle distance in statute miles, by the haversine formula on a sphere: within half a percent of the ellipsoid.
    /// </summary>
    public static double Miles(Coordinates from, Coordinates to)
    {
        var latitude = Radians(to.Latitude - from.Latitude) / 2;
        var longitude = Radians(to.Longitude - from.Longitude) / 2;
        var h = Math.Pow(Math.Sin(latitude), 2)
            + (Math.Cos(Radians(from.Latitude)) * Math.Cos(Radians(to.Latitude)) * Math.Pow(Math.Sin(longitude), 2));
        return 2 * EarthRadiusMiles * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
