using System.Collections.Concurrent;
using System.Diagnostics;

namespace PhysioSite.Faults;

/// <summary>Runs scenarios, each with a site of its own, and prints their results.</summary>
internal sealed class ScenarioRun(FaultOptions options, IReadOnlyList<Scenario> scenarios)
{
    private static readonly TimeSpan LongestScenario = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(35);

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <exception cref="ArgumentProblem">No scenario has a requested name.</exception>
    public static IReadOnlyList<Scenario> Choose(FaultOptions options)
    {
        var all = Scenario.All(options);
        static bool Matches(Scenario scenario, string name) =>
            scenario.Name == name || scenario.Name.StartsWith(name + "-", StringComparison.Ordinal);
        return options.Only.FirstOrDefault(name => !all.Any(scenario => Matches(scenario, name))) is { } unknown
            ? throw new ArgumentProblem($"There is no scenario \"{unknown}\". --list names them.")
            : [.. all.Where(scenario => options.Only.Count > 0
                ? options.Only.Any(name => Matches(scenario, name))
                : scenario.IsShort || !options.Short)];
    }

    /// <returns>The exit code: 1 when a scenario failed.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var work = Directory.CreateTempSubdirectory("physiosite-faults-");
        try
        {
            Log("start", $"{scenarios.Count} scenarios, seed {options.Seed}");
            var dll = options.Site ?? await PublishAsync(Path.Combine(work.FullName, "site"), stop);
            var next = new Lazy<Task<string>>(() => SitePublisher.PublishNextAsync(Path.Combine(work.FullName, "next"), stop));
            var rows = new ConcurrentDictionary<Scenario, FaultRow>();
            await Parallel.ForEachAsync(
                scenarios.OrderByDescending(scenario => scenario.IsLong),
                new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = stop },
                async (scenario, _) =>
                    rows[scenario] = await RunAsync(scenario, dll, next, Path.Combine(work.FullName, scenario.Name), stop));
            FaultTable.Print([.. scenarios.Select(scenario => rows[scenario])]);
            return rows.Values.Any(row => row.Verdict == Verdict.Failed) ? 1 : 0;
        }
        finally
        {
            if (options.Keep)
            {
                Console.Error.WriteLine($"Kept: {work.FullName}");
            }
            else
            {
                work.Delete(recursive: true);
            }
        }
    }

    private async Task<string> PublishAsync(string folder, CancellationToken stop)
    {
        Log("start", "publishing the site");
        return await SitePublisher.PublishAsync(folder, stop);
    }

    private async Task<FaultRow> RunAsync(
        Scenario scenario, string dll, Lazy<Task<string>> next, string folder, CancellationToken stop)
    {
        await using var trial = new Trial(dll, next, folder, options.Seed, line => Log(scenario.Name, line));
        if (scenario.Missing(trial) is { } missing)
        {
            Log(scenario.Name, $"cannot run here: {missing}");
            return FaultRow.Without(scenario.Name, options.RequireAll ? Verdict.Failed : Verdict.Skipped, missing);
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(LongestScenario);
        try
        {
            await scenario.RunAsync(trial, limited.Token);
            await trial.WaitForOutboxAsync(limited.Token);
            trial.Problems.AddRange(Problem.Summarize(await LinkCheck.ProblemsAsync(trial, limited.Token)));
            await trial.TerminateSiteAsync(LongestEnd);
            await trial.Mail.DisposeAsync();
            var row = new Reconciliation(trial, scenario).Row();
            Log(
                scenario.Name,
                row.Verdict == Verdict.Passed
                    ? $"passed, {row.Acknowledged} acknowledged, {row.Received} emails"
                    : $"FAILED: {row.Reason}");
            return row;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            var reason = e is OperationCanceledException
                ? $"not over after {LongestScenario.TotalMinutes} minutes"
                : $"{e.GetType().Name}: {e.Message}";
            Log(scenario.Name, $"FAILED: {reason}\n{e.StackTrace}");
            return FaultRow.Without(scenario.Name, Verdict.Failed, reason) with { Acknowledged = trial.Ledger.AcknowledgedCount };
        }
        finally
        {
            await trial.DisposeAsync();
            scenario.CleanUp(trial);
        }
    }

    private void Log(string scenario, string line) => Console.WriteLine($"[{_watch.Elapsed:mm\\:ss}] {scenario}: {line}");
}
