using System.Globalization;
using System.Text;
using PhysioSite.Content;

namespace PhysioSite.Features.Clinics;

/// <summary>
/// Draws the clinics on a map of the contiguous United States, numbered as in the list of clinics. The list contains the same
/// information, so the map is only a visual aid. Colors are set by attributes, because the site's content security policy allows no
/// inline styles in an SVG.
/// </summary>
public static class ClinicMap
{
    /// <summary>Large enough for the number to be readable on a phone, where a unit is a third of a pixel.</summary>
    private const double PinRadius = 25;

    private const double Gap = 4;

    /// <summary>Land and state borders, as SVG path data.</summary>
    private static readonly (string Land, string Borders) Outline = ReadOutline();

    /// <param name="clinics">
    /// In the order of the list. Virtual care and clinics far outside the map have a number in the list but no pin on the map.
    /// </param>
    public static string Draw(IReadOnlyList<Clinic> clinics)
    {
        var numbers = Enumerable.Range(1, clinics.Count)
            .Where(number => clinics[number - 1].Place is { } place && IsOnMap(place.Coordinates))
            .ToList();
        // Laid out by name, so that a pin keeps its position when the order of the list changes.
        numbers.Sort((a, b) => string.CompareOrdinal(clinics[a - 1].Slug, clinics[b - 1].Slug));
        var places = numbers.ConvertAll(number => MapProjection.Project(clinics[number - 1].Place!.Coordinates));
        var pins = PinLayout.Spread(places, (2 * PinRadius) + Gap, PinRadius + Gap);

        var svg = new StringBuilder(16_000);
        Write($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MapProjection.Width} {MapProjection.Height}" """);
        Write($"""width="{MapProjection.Width}" height="{MapProjection.Height}">""");
        Write($"""<path d="M0 0h{MapProjection.Width}v{MapProjection.Height}H0z" fill="#dfece4"/>""");
        Write($"""<g fill="#fdfbf7" stroke="#b9d3c5" stroke-width="1.5" stroke-linejoin="round">""");
        Write($"""<path d="{Outline.Land}"/><path d="{Outline.Borders}" fill="none"/></g>""");
        Write($"""<g fill="#1b5548" stroke="#1b5548" stroke-width="2.5">""");
        foreach (var (place, pin) in places.Zip(pins).Where(both => both.First.DistanceTo(both.Second) > PinRadius))
        {
            Write($"""<path d="M{place.X:0.0} {place.Y:0.0}L{pin.X:0.0} {pin.Y:0.0}"/>""");
            Write($"""<circle cx="{place.X:0.0}" cy="{place.Y:0.0}" r="3"/>""");
        }

        Write($"""</g><g fill="#1b5548" stroke="#fdfbf7" stroke-width="3" """);
        Write($"""font-family="system-ui,sans-serif" font-size="30" font-weight="700" text-anchor="middle">""");
        foreach (var (number, pin) in numbers.Zip(pins))
        {
            Write($"""<circle cx="{pin.X:0.0}" cy="{pin.Y:0.0}" r="{PinRadius}"/>""");
            Write($"""<text x="{pin.X:0.0}" y="{pin.Y:0.0}" dy=".36em" fill="#fff" stroke="none">{number}</text>""");
        }

        Write($"</g></svg>");
        return svg.ToString();

        void Write(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
    }

    private static bool IsOnMap(Coordinates place) =>
        MapProjection.Project(place) is { X: >= 0 and <= MapProjection.Width, Y: >= 0 and <= MapProjection.Height };

    private static (string Land, string Borders) ReadOutline()
    {
        using var resource = new StreamReader(typeof(ClinicMap).Assembly.GetManifestResourceStream("us-outline.svgpath")!);
        return (resource.ReadLine()!, resource.ReadLine()!);
    }
}
