using System.Globalization;
using System.Text;

namespace PhysioSite.Benchmarks.Load;

/// <summary>Draws a result as SVG: requests per second and processor time per request, over the number of connections.</summary>
internal static class LoadChart
{
    private const int PanelWidth = 320;
    private const int Height = 200;
    private const int Left = 60;
    private const int Top = 50;

    private static readonly (string Server, string Color)[] Servers =
        [(LoadResult.Site, "#1b5548"), (LoadResult.Twin, "#b0541e")];

    public static string Draw(LoadResult result)
    {
        var svg = new StringBuilder();
        var width = (2 * (PanelWidth + Left)) + 40;
        Write(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {Height + Top + 60}" """);
        Write(svg, $"""font-family="system-ui,sans-serif" font-size="12">""");
        Write(svg, $"""<rect width="100%" height="100%" fill="#fff"/>""");
        Panel(svg, result, Left, "Requests per second, one core", run => run.RequestsPerSecond);
        Panel(svg, result, PanelWidth + (2 * Left), "Processor time per request, µs", run => run.ProcessorMicroseconds);
        Write(svg, $"</svg>\n");
        return svg.ToString();
    }

    private static void Panel(StringBuilder svg, LoadResult result, int left, string title, Func<LoadRun, double> value)
    {
        var connections = result.Connections;
        var most = Servers.Max(server => connections.Max(count => result.Median(server.Server, count, value)));
        var step = Math.Pow(10, Math.Floor(Math.Log10(most)));
        step = most / step < 3 ? step / 2 : step;
        var top = Math.Ceiling(most / step) * step;
        Write(svg, $"""<text x="{left}" y="{Top - 28}" font-weight="700">{title}</text>""");
        for (var line = 0d; line <= top + (step / 2); line += step)
        {
            Write(svg, $"""<path d="M{left} {Y(line):0.0}h{PanelWidth - 20}" stroke="#ddd"/>""");
            Write(svg, $"""<text x="{left - 6}" y="{Y(line) + 4:0.0}" text-anchor="end">{line:#,0.##}</text>""");
        }

        foreach (var (count, i) in connections.Select((count, i) => (count, i)))
        {
            Write(svg, $"""<text x="{X(i):0.0}" y="{Top + Height + 18}" text-anchor="middle">{count}</text>""");
        }

        Write(svg, $"""<text x="{left + (PanelWidth / 2)}" y="{Top + Height + 40}" text-anchor="middle">connections</text>""");
        foreach (var ((server, color), row) in Servers.Select((server, row) => (server, row)))
        {
            var points = connections.Select((count, i) => (X: X(i), Y: Y(result.Median(server, count, value)))).ToList();
            var line = string.Join(' ', points.Select(point => FormattableString.Invariant($"{point.X:0.0},{point.Y:0.0}")));
            Write(svg, $"""<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2.5"/>""");
            foreach (var point in points)
            {
                Write(svg, $"""<circle cx="{point.X:0.0}" cy="{point.Y:0.0}" r="4" fill="{color}"/>""");
            }

            Write(svg, $"""<text x="{left + 210 + (row * 50)}" y="{Top - 10}" fill="{color}" font-weight="700">{server}</text>""");
        }

        double X(int index) => left + 20 + (index * (PanelWidth - 60d) / Math.Max(1, connections.Count - 1));

        double Y(double amount) => Top + Height - (amount / top * Height);
    }

    private static void Write(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
