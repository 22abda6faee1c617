using PhysioSite.Content.Model;

namespace PhysioSite.Features.Clinics.Map;

/// <summary>A numbered pin on the map, in the units of the frame.</summary>
/// <param name="Number">The position in the list of clinics, from 1.</param>
/// <param name="Place">The actual place, when the pin is beside it.</param>
public sealed record MapPin(int Number, Clinic Clinic, MapPoint Pin, MapPoint? Place);

/// <summary>
/// The clinics on a map of the contiguous United States, numbered as in the list of clinics and cropped to the region of some of them. The
/// list contains the same information, so the map is only a visual aid.
/// </summary>
/// <param name="Left">The left edge of the picture of the land, in the units of the frame.</param>
/// <param name="Top">The top edge of the picture of the land.</param>
/// <param name="Scale">The size of the picture of the land, relative to the frame.</param>
/// <param name="IsRegion">The map is cropped to a region.</param>
public sealed record ClinicMap(double Left, double Top, double Scale, bool IsRegion, IReadOnlyList<MapPin> Pins)
{
    /// <summary>For screens that are wide enough for the whole country, where a unit is half a pixel or more.</summary>
    private const double CountryPinRadius = 25;

    /// <summary>A target of 24 pixels on the smallest phone, where a unit is 0.3 pixels. Other screens show smaller pins.</summary>
    private const double RegionPinRadius = 42;

    private const double Gap = 4;

    /// <summary>The width of the smallest region, in map units: about 300 miles.</summary>
    private const double SmallestRegion = 220;

    /// <summary>The space around the places of a region, relative to its size.</summary>
    private const double Margin = 1.5;

    /// <summary>Land and state borders, as SVG path data.</summary>
    private static readonly (string Land, string Borders) Outline = ReadOutline();

    /// <summary>
    /// The picture of the land, without pins. Colors are set by attributes, because the site's content security policy allows no inline
    /// styles in an SVG.
    /// </summary>
    public static readonly string Land =
        $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MapProjection.Width} {MapProjection.Height}" """
        + $"""width="{MapProjection.Width}" height="{MapProjection.Height}">"""
        + $"""<path d="M0 0h{MapProjection.Width}v{MapProjection.Height}H0z" fill="#dfece4"/>"""
        + """<g fill="#fdfbf7" stroke="#b9d3c5" stroke-width="1.5" stroke-linejoin="round">"""
        + $"""<path d="{Outline.Land}"/><path d="{Outline.Borders}" fill="none"/></g></svg>""";

    /// <summary>The radius that the pins have space for, in the units of the frame.</summary>
    public double PinRadius => IsRegion ? RegionPinRadius : CountryPinRadius;

    /// <param name="clinics">
    /// In the order of the list. Virtual care and clinics outside the map have a number in the list but no pin on the map.
    /// </param>
    /// <param name="nearest">How many of the first clinics the region contains. Null for the whole country.</param>
    /// <param name="center">A place that the region contains too.</param>
    public static ClinicMap Of(IReadOnlyList<Clinic> clinics, int? nearest = null, Coordinates? center = null)
    {
        var places = clinics.Index()
            .Where(item => item.Item.Place is not null)
            .Select(item => (Number: item.Index + 1, Clinic: item.Item, Point: MapProjection.Project(item.Item.Place!.Coordinates)))
            .Where(item => IsInFrame(item.Point))
            // Laid out by name, so that a pin keeps its position when the order of the list changes.
            .OrderBy(item => item.Clinic.Slug, StringComparer.Ordinal)
            .ToList();
        var region = places.Where(item => item.Number <= nearest).Select(item => item.Point).ToList();
        if (region.Count > 0 && center is { } home && MapProjection.Project(home) is var point && IsInFrame(point))
        {
            region.Add(point);
        }

        var (left, top, scale) = Crop(region);
        var radius = region.Count > 0 ? RegionPinRadius : CountryPinRadius;
        var shown = places
            .Select(item => item with { Point = new MapPoint((item.Point.X * scale) + left, (item.Point.Y * scale) + top) })
            .Where(item => IsInFrame(item.Point))
            .ToList();
        var pins = PinLayout.Spread([.. shown.Select(item => item.Point)], (2 * radius) + Gap, radius + Gap);
        return new ClinicMap(left, top, scale, region.Count > 0,
        [
            .. shown.Zip(pins, (item, pin) =>
                new MapPin(item.Number, item.Clinic, pin, item.Point.DistanceTo(pin) > radius ? item.Point : null)),
        ]);
    }

    /// <summary>Moves and scales the map so that the frame shows the region and no place outside the map.</summary>
    private static (double Left, double Top, double Scale) Crop(List<MapPoint> region)
    {
        if (region.Count == 0)
        {
            return (0, 0, 1);
        }

        var (x, y) = (region.Min(point => point.X), region.Min(point => point.Y));
        var (width, height) = (region.Max(point => point.X) - x, region.Max(point => point.Y) - y);
        var aspect = MapProjection.Width / MapProjection.Height;
        var shown = Math.Min(MapProjection.Width, Math.Max(SmallestRegion, Math.Max(width, height * aspect) * Margin));
        var scale = MapProjection.Width / shown;
        var left = Math.Clamp(x + (width / 2) - (shown / 2), 0, MapProjection.Width - shown);
        var top = Math.Clamp(y + (height / 2) - (shown / aspect / 2), 0, MapProjection.Height - (shown / aspect));
        return (-left * scale, -top * scale, scale);
    }

    private static bool IsInFrame(MapPoint point) => point is { X: >= 0 and <= MapProjection.Width, Y: >= 0 and <= MapProjection.Height };

    private static (string Land, string Borders) ReadOutline()
    {
        using var resource = new StreamReader(typeof(ClinicMap).Assembly.GetManifestResourceStream("us-outline.svgpath")!);
        return (resource.ReadLine()!, resource.ReadLine()!);
    }
}
