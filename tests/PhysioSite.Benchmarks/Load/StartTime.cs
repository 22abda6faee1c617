using System.Diagnostics;
using System.Globalization;
using System.Net;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Load;

/// <summary>
/// Measures the time from the start of the process to the first article, with the sample content and an existing database. The starts of
/// the program that needs .NET and of the self-contained one alternate. Run it with the argument <c>start</c>, and optionally with the
/// number of rounds.
/// </summary>
internal static class StartTime
{
    private static readonly (string Name, string[] Options)[] Kinds =
    [
        ("needs .NET", []),
        ("self-contained", ["--self-contained", "--use-current-runtime"]),
    ];

    public static async Task RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("physiosite-start-").FullName;
        try
        {
            var programs = new List<(string Name, string Program, List<Start> Starts)>();
            foreach (var (name, options) in Kinds)
            {
                Console.Error.WriteLine($"Publishing: {name}");
                var published = await LoadedSite.PublishAsync(folder, name, options);
                programs.Add((name, Path.Combine(published, "PhysioSite"), []));
            }

            var settings = new Dictionary<string, string> { ["Data:Folder"] = Path.Combine(folder, "data") };

            // The first round, which is not counted, makes the database and reads the programs into the cache of the disk.
            for (var round = 0; round <= rounds; round++)
            {
                Console.Error.WriteLine($"Round {round} of {rounds}");
                foreach (var (_, program, starts) in programs)
                {
                    var start = await StartAsync(program, settings);
                    if (round > 0)
                    {
                        starts.Add(start);
                    }
                }
            }

            foreach (var (name, _, starts) in programs)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: {Median(starts, start => start.Seconds):N2} s, {Median(starts, start => start.ProcessorSeconds):N2} s of "
                        + $"processor time, {Median(starts, start => start.Megabytes):N0} MB; medians of {starts.Count}"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Starts the program, and ends it after the first article.</summary>
    public static async Task<Start> StartAsync(string program, IReadOnlyDictionary<string, string> settings)
    {
        var address = $"http://127.0.0.1:{LoadedSite.FreePort()}";
        var start = SiteProgram.StartInfo(
            program,
            Path.GetDirectoryName(program)!,
            address,
            "Production",
            [.. settings, new("DOTNET_NOLOGO", "1")]);
        start.FileName = program;
        start.ArgumentList.Clear();
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        var watch = Stopwatch.StartNew();
        using var site = ChildProcess.Start(start, _ => { });
        while (!await AnswersAsync(client))
        {
            if (site.Process.HasExited)
            {
                throw new InvalidOperationException($"{program} ended with code {site.Process.ExitCode}.");
            }

            await Task.Delay(5);
        }

        var elapsed = watch.Elapsed;
        site.Process.Refresh();
        var measured = new Start(
            elapsed.TotalSeconds, site.Process.TotalProcessorTime.TotalSeconds, site.Process.WorkingSet64 / (1024.0 * 1024.0));

        // Not ended by force: the site saves the content that it has checked for the next start.
        site.AskToStop();
        await site.ExitAsync(CancellationToken.None);
        return measured;
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var response = await client.GetAsync("/articles/shin-splints");
            return response.StatusCode == HttpStatusCode.OK
                ? true
                : throw new InvalidOperationException($"The article was answered with {(int)response.StatusCode}.");
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static double Median(List<Start> starts, Func<Start, double> value) =>
        starts.Select(value).Order().ElementAt(starts.Count / 2);
}

/// <param name="Seconds">From the start of the process to the first article.</param>
/// <param name="Megabytes">The memory of the process then.</param>
internal sealed record Start(double Seconds, double ProcessorSeconds, double Megabytes);
