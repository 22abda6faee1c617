using System.Globalization;
using PhysioSite.Benchmarks.Load;

namespace PhysioSite.Benchmarks.Growth;

/// <summary>A figure with the target that it has to meet.</summary>
/// <param name="Most">The target. Null for a figure without one.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Most, double? Least = null)
{
    public bool IsMissed => Value > Most || Value < Least;
}

/// <summary>Warm requests of one page, one after the other.</summary>
/// <param name="Median">In milliseconds, from the request to the end of the answer.</param>
/// <param name="Slowest">In milliseconds, of nine tenths of the requests.</param>
/// <param name="Processor">Processor time of the site for each request, in milliseconds.</param>
/// <param name="Bytes">The length of the answer with gzip.</param>
/// <param name="Most">The target for the median, in milliseconds. Null for a page without one.</param>
internal sealed record MeasuredPage(string Name, double Median, double Slowest, double Processor, long Bytes, double? Most)
{
    public bool IsMissed => Median > Most;
}

/// <summary>The result of a run, which docs/growth-sqlite.json and docs/growth-postgresql.json store.</summary>
/// <param name="Others">Processor time of all other processes while the pages were measured, in percent of one core.</param>
internal sealed record GrowthResult(
    DateOnly Date,
    string Provider,
    int Articles,
    int Clinics,
    int Positions,
    int Requests,
    int Cores,
    double Others,
    IReadOnlyList<Figure> Figures,
    IReadOnlyList<MeasuredPage> Pages)
{
    public void Print()
    {
        Console.WriteLine(Text($"\n{Provider}, {Cores} cores; the other processes used {Others:N0} % of a core.\n"));
        foreach (var figure in Figures)
        {
            Console.WriteLine(Text($"{Mark(figure.IsMissed)} {figure.Name,-62}{figure.Value,10:N2} {figure.Unit,-4}{Target(figure)}"));
        }

        Console.WriteLine("\n         median   9 of 10   processor time   gzip");
        foreach (var page in Pages)
        {
            Console.WriteLine(Text(
                $"{Mark(page.IsMissed)} {page.Median,7:N1} {page.Slowest,7:N1} {page.Processor,10:N1} ms {page.Bytes / 1024.0,9:N1} KB  ")
                + Text($"{page.Name}{(page.Most is { } most ? $" (target {most} ms)" : "")}"));
        }

        var missed = Figures.Count(figure => figure.IsMissed) + Pages.Count(page => page.IsMissed);
        Console.WriteLine($"\n{(missed == 0 ? "Every target is met." : $"{missed} targets are missed.")}");
    }

    private static string Mark(bool isMissed) => isMissed ? "MISSED" : "      ";

    private static string Target(Figure figure) =>
        figure.Most is { } most ? Text($" target at most {most}") : figure.Least is { } least ? Text($" target at least {least}") : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Measures pages of a site that nobody else uses.</summary>
/// <param name="client">Sends the cookies of the user, and does not follow redirects.</param>
internal sealed class PageTimer(LoadedSite site, HttpClient client)
{
    private const int WarmUps = 12;

    private const int Rounds = 15;

    private readonly List<double> _others = [];

    public List<MeasuredPage> Pages { get; } = [];

    /// <summary>Processor time of other processes meanwhile, in percent of one core.</summary>
    public double Others => LoadResult.MedianOf(_others);

    /// <param name="warmUps">Requests that are not measured.</param>
    public async Task MeasureAsync(string name, string path, double? most, int warmUps = WarmUps)
    {
        for (var i = 0; i < warmUps; i++)
        {
            await GetAsync(path);
        }

        var (times, bytes) = (new List<double>(), 0L);
        site.Process.Refresh();
        using var own = System.Diagnostics.Process.GetCurrentProcess();
        var (spent, busy, mine) = (site.Process.TotalProcessorTime, Machine.Busy(), own.TotalProcessorTime);
        var whole = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < Rounds; i++)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            bytes = await GetAsync(path);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        site.Process.Refresh();
        own.Refresh();
        (spent, busy, mine) = (site.Process.TotalProcessorTime - spent, Machine.Busy() - busy, own.TotalProcessorTime - mine);
        _others.Add(Math.Max(0, 100 * (busy - spent - mine) / whole.Elapsed));
        times.Sort();
        Pages.Add(new MeasuredPage(
            name, times[Rounds / 2], times[Rounds * 9 / 10], spent.TotalMilliseconds / Rounds, bytes, most));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times[Rounds / 2],8:N1} ms  {name}"));
    }

    private async Task<long> GetAsync(string path)
    {
        using var response = await client.GetAsync(path);
        var length = (await response.Content.ReadAsByteArrayAsync()).LongLength;
        return response.IsSuccessStatusCode
            ? length
            : throw new InvalidOperationException($"{path} was answered with {(int)response.StatusCode}.");
    }
}
