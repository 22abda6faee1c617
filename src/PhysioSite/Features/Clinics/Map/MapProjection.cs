using PhysioSite.Content.Model;

namespace PhysioSite.Features.Clinics.Map;

/// <summary>A point on the map, in map units from the top left corner.</summary>
public readonly record struct MapPoint(double X, double Y)
{
    public double DistanceTo(MapPoint other) => Math.Sqrt(Math.Pow(X - other.X, 2) + Math.Pow(Y - other.Y, 2));
}

/// <summary>
/// Albers' equal-area conic projection of the contiguous United States, with the parameters of the outline (us-outline.md). Formulas:
/// Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395, 1987, pages 100 to 101, spherical form. The comments give the
/// formula numbers.
/// </summary>
public static class MapProjection
{
    public const double Width = 975;
    public const double Height = 610;

    /// <summary>The radius of the globe, in map units.</summary>
    private const double Radius = 1300;

    private static readonly double Middle = Radians(-96);
    private static readonly double North = Radians(45.5);
    private static readonly double South = Radians(29.5);

    // Formulas 14-6 and 14-5
    private static readonly double N = (Math.Sin(South) + Math.Sin(North)) / 2;
    private static readonly double C = Math.Pow(Math.Cos(South), 2) + (2 * N * Math.Sin(South));

    /// <summary>The projected point at the center of the map.</summary>
    private static readonly MapPoint Center = Cone(new Coordinates(38.7, -96.6));

    public static MapPoint Project(Coordinates place)
    {
        var point = Cone(place);
        return new MapPoint((Width / 2) + point.X - Center.X, (Height / 2) - (point.Y - Center.Y));
    }

    /// <summary>
    /// The point in the plane of the cone, north up, with the pole as origin. The constant 14-3a is omitted, because it cancels when the
    /// center is subtracted.
    /// </summary>
    private static MapPoint Cone(Coordinates place)
    {
        // Formulas 14-3, 14-4, 14-1 and 14-2
        var rho = Radius * Math.Sqrt(C - (2 * N * Math.Sin(Radians(place.Latitude)))) / N;
        var theta = N * (Radians(place.Longitude) - Middle);
        return new MapPoint(rho * Math.Sin(theta), -rho * Math.Cos(theta));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
