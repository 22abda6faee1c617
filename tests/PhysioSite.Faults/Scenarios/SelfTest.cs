namespace PhysioSite.Faults.Scenarios;

/// <summary>
/// The site is broken on purpose, in one way after another, by an assembly that it loads through hosting startup. Each breakage must be
/// reported as what it is, and an unbroken site must not be reported.
/// </summary>
internal sealed class SelfTest : Scenario
{
    private const string Assembly = "PhysioSite.Faults.Breakages";

    /// <summary>Among so many patients are one with a note, one with preferred times and one with an email address.</summary>
    private const int Patients = 5;
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(35);

    private readonly List<string> _failures = [];

    public override string Name => "self-test";

    public override bool IsLong => true;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        var active = Path.Combine(trial.Folder, "breakage");
        await File.WriteAllTextAsync(active, "", stop);
        string[] loading = ["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "DOTNET_STARTUP_HOOKS", "BREAKAGE_FILE"];
        string[] values = [Assembly, AssemblyFile, active];
        foreach (var (name, value) in loading.Zip(values))
        {
            trial.Settings[name] = value;
        }

        trial.SystemCalls = SystemCalls.Missing is null ? new SystemCalls(Path.Combine(trial.Folder, "calls")) : null;
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        await AssertUnbrokenAsync(trial, stop);
        foreach (var breakage in Breakage.All.Where(breakage => trial.SystemCalls is not null || !breakage.IsOfSystemCalls))
        {
            trial.Clear();
            await File.WriteAllTextAsync(active, breakage.Name, stop);
            trial.Injected++;
            await AssertReportedAsync(trial, breakage, stop);
        }

        // What was broken stays so. The unbroken site starts with nothing.
        await trial.TerminateSiteAsync(LongestEnd);
        Directory.Delete(trial.Data, recursive: true);
        File.Delete(trial.SiteLog);
        trial.Mail.Clear();
        trial.Ledger.Clear();
        trial.Problems.Clear();
        trial.Problems.AddRange(_failures);
        foreach (var name in loading)
        {
            trial.Settings.Remove(name);
        }

        trial.SystemCalls = null;
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Patients, 1, stop);
        trial.Recovery = $"{trial.Injected - _failures.Count} of {trial.Injected} breakages reported";
    }

    private static string AssemblyFile =>
        Path.Combine(Repository.Root, "tests", Assembly, "bin", Repository.Configuration, "net10.0", Assembly + ".dll");

    private async Task AssertUnbrokenAsync(Trial trial, CancellationToken stop)
    {
        if (await FindProblemsAsync(trial, observesCalls: true, stop) is { Count: > 0 } problems)
        {
            _failures.Add($"the unbroken site is reported: {string.Join("; ", problems)}");
        }
    }

    private async Task AssertReportedAsync(Trial trial, Breakage breakage, CancellationToken stop)
    {
        var problems = await FindProblemsAsync(trial, breakage.IsOfSystemCalls, stop);
        var isReported = problems.Any(problem => problem.Contains(breakage.Report, StringComparison.Ordinal));
        trial.Log($"{breakage.Name}: {(isReported ? "reported" : "NOT REPORTED")}: {string.Join("; ", problems)}");
        if (!isReported)
        {
            _failures.Add($"the breakage {breakage.Name} goes unnoticed");
        }
    }

    private async Task<List<string>> FindProblemsAsync(Trial trial, bool observesCalls, CancellationToken stop)
    {
        if (observesCalls && trial.SystemCalls is not null)
        {
            await DurableAnswers.CheckAsync(trial, Patients, stop);
        }
        else
        {
            await trial.ConcurrentPatients.AskAsync(Patients, 1, stop);
        }

        await trial.WaitForOutboxAsync(stop);
        trial.Problems.AddRange(Problem.Summarize(await LinkCheck.ProblemsAsync(trial, stop)));
        return new Reconciliation(trial, this).Problems();
    }
}
