using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Load;

/// <summary>
/// Compares the published site with nginx that serves the same bytes. Both run on one core, the load on another, and their runs alternate.
/// Run it with the argument <c>pages</c>, and optionally with the number of rounds.
/// </summary>
internal static class PageLoad
{
    private const string Article = "/articles/shin-splints";

    /// <summary>The number of connections at which the ratios are printed.</summary>
    private const int UsualConnections = 64;

    private static readonly int[] Connections = [1, 4, 16, UsualConnections, 256];
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    /// <summary>.NET compiles hot code again in the background during the first seconds of load.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);

    /// <summary>For the pages that are rendered for each request.</summary>
    private const int WarmUpRounds = 3;

    private const int MeasuredRounds = 3;

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    private static string ResultFile => Path.Combine(Repository.Root, "docs", "performance.json");

    public static async Task RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("physiosite-load-").FullName;
        try
        {
            using var site = await LoadedSite.StartAsync(folder);
            var page = new Uri(site.Address, Article);
            var load = new LoadGenerator(folder);
            await load.RunAsync(LoadResult.Site, site.Process, page, UsualConnections, WarmUp);
            using var twin = await NginxTwin.StartAsync(page, folder, LoadedSite.FreePort());
            var runs = new List<LoadRun>();
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var connections in Connections)
                {
                    Add(await load.RunAsync(LoadResult.Site, site.Process, page, connections, Length));
                    Add(await load.RunAsync(LoadResult.Twin, twin.Process, twin.Address, connections, Length));
                }

                Add(await load.RunAsync(
                    LoadResult.SiteWithQueries, site.Process, page, UsualConnections, Length, differentQueries: true));
                Add(await load.RunAsync(
                    LoadResult.SiteBehindProxy, site.Process, page, UsualConnections, Length, false, "X-Forwarded-For: 203.0.113.9"));
            }

            var costs = await MeasureCostsAsync(site, load);
            var bytes = (int)new FileInfo(Path.Combine(folder, "page.gz")).Length;
            var result = new LoadResult(
                DateOnly.FromDateTime(DateTime.UtcNow), Environment.ProcessorCount, RuntimeInformation.FrameworkDescription, Article, bytes,
                runs, costs);
            await File.WriteAllTextAsync(ResultFile, JsonSerializer.Serialize(result, Format) + "\n");
            await File.WriteAllTextAsync(Path.ChangeExtension(ResultFile, ".svg"), LoadChart.Draw(result));
            Print(result);

            void Add(LoadRun run)
            {
                runs.Add(run);
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run.Server}, {run.Connections} connections: {run.RequestsPerSecond:N0} requests/s, p99 {run.P99Milliseconds:N2} ms, "
                        + $"{run.ProcessorMicroseconds:N1} µs/request; others {run.Others:N0} %"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Pages that are rendered for each request.</summary>
    private static async Task<List<PageCost>> MeasureCostsAsync(LoadedSite site, LoadGenerator load)
    {
        var cookie = await site.SignInAsync();
        (string Page, string Path, string? Header)[] pages =
        [
            ("Request form", "/request-appointment", null),
            ("Clinics near a ZIP code", "/clinics?zip=53703", null),
            ("Search", "/search?q=shin+splints", null),
            ("Positions near a ZIP code", "/careers?zip=53703&within=50", null),
            ("Patient's private page", await site.AskAsync(), null),
            ("Staff: queue", "/staff", cookie),
            ("Article, for staff", Article, cookie),
        ];
        var runs = new List<LoadRun>();
        for (var round = 1; round <= WarmUpRounds + MeasuredRounds; round++)
        {
            foreach (var (name, path, header) in pages)
            {
                string[] headers = header is null ? [] : [header];
                var run = await load.RunAsync(name, site.Process, new Uri(site.Address, path), 8, Length, false, headers);
                if (round > WarmUpRounds)
                {
                    runs.Add(run);
                }
            }
        }

        return
        [
            .. runs.GroupBy(run => run.Server).Select(page => new PageCost(
                page.Key,
                LoadResult.MedianOf(page.Select(run => run.ProcessorMicroseconds / 1000)),
                LoadResult.MedianOf(page.Select(run => run.P99Milliseconds)),
                LoadResult.MedianOf(page.Select(run => run.Others)))),
        ];
    }

    private static void Print(LoadResult result)
    {
        var others = LoadResult.MedianOf(result.Runs.Select(run => run.Others));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Medians at {UsualConnections} connections; the other processes used {others:N0} % of a core."));
        foreach (var server in new[] { LoadResult.Site, LoadResult.SiteWithQueries, LoadResult.SiteBehindProxy })
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{server}: {Ratio(run => run.RequestsPerSecond):N2} of nginx's requests per second, "
                    + $"{Ratio(run => run.ProcessorMicroseconds):N2} times its processor time per request, "
                    + $"{Ratio(run => run.P99Milliseconds):N2} times its p99"));

            double Ratio(Func<LoadRun, double> value) =>
                result.Median(server, UsualConnections, value) / result.Median(LoadResult.Twin, UsualConnections, value);
        }

        foreach (var cost in result.Costs)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{cost.Page}: {cost.ProcessorMilliseconds:N2} ms of processor time"));
        }
    }
}
