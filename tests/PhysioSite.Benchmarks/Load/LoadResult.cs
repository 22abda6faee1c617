namespace PhysioSite.Benchmarks.Load;

/// <summary>One run of the load generator.</summary>
/// <param name="ProcessorMicroseconds">Processor time of the server for each request.</param>
/// <param name="Others">Processor time of all other processes, in percent of one core. Above about 25 the rates are unsteady.</param>
internal sealed record LoadRun(
    string Server,
    int Connections,
    double RequestsPerSecond,
    double P50Milliseconds,
    double P99Milliseconds,
    double ProcessorMicroseconds,
    double Others);

/// <summary>What a page costs that cannot be kept in memory.</summary>
internal sealed record PageCost(string Page, double ProcessorMilliseconds, double P99Milliseconds, double Others);

/// <summary>The result file, from which docs/performance.svg is drawn.</summary>
/// <param name="Bytes">The length of the page with gzip.</param>
internal sealed record LoadResult(
    DateOnly Date, int Cores, string Runtime, string Page, int Bytes, IReadOnlyList<LoadRun> Runs, IReadOnlyList<PageCost> Costs)
{
    public const string Site = "site";

    /// <summary>The site, with a different query string in each request.</summary>
    public const string SiteWithQueries = "site, other query strings";

    /// <summary>The site behind a proxy, where requests are answered by the middleware.</summary>
    public const string SiteBehindProxy = "site, through a proxy";

    public const string Twin = "nginx";

    public double Median(string server, int connections, Func<LoadRun, double> value) =>
        MedianOf(Runs.Where(run => run.Server == server && run.Connections == connections).Select(value));

    public IReadOnlyList<int> Connections => [.. Runs.Select(run => run.Connections).Distinct().Order()];

    public static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
