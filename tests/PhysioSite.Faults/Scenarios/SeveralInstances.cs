using System.Diagnostics;
using System.Globalization;

namespace PhysioSite.Faults.Scenarios;

/// <summary>
/// Three instances with one database, behind nginx, with fifty patients and five members of staff at the same time, while something fails
/// or is replaced.
/// </summary>
internal sealed class SeveralInstances : Scenario
{
    private const string Mixed = "cluster-mixed";
    private const string Failover = "cluster-failover";
    private const string Hang = "cluster-hang";
    private const string Roll = "cluster-roll";
    private const int Patients = 50;
    private const int BetweenFaults = 20;

    /// <summary>How many emails the mail server has stored and not yet acknowledged when the database ends.</summary>
    private const int Held = 12;

    private static readonly TimeSpan BetweenRequests = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestPhase = TimeSpan.FromMinutes(1);

    /// <summary>As docs/deploy/physiosite@.service has it.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(45);

    /// <summary>Longer than an instance waits before it listens to the others again after the database was away.</summary>
    private static readonly TimeSpan LongestUpdate = TimeSpan.FromSeconds(45);
    /// <summary>Within which a patient has read a receipt.</summary>
    private static readonly TimeSpan UntilReceiptsAreRead = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan BeforeARestart = TimeSpan.FromSeconds(2);

    /// <summary>Longer than the site repeats what it wants to store.</summary>
    private static readonly TimeSpan LongOutage = TimeSpan.FromSeconds(15);

    /// <summary>Longer than the lease of an email: its time limit and a minute.</summary>
    private static readonly TimeSpan LongerThanALease = TimeSpan.FromSeconds(Trial.MailSeconds + 65);

    /// <summary>Longer than an instance waits before it looks for emails again, and shorter than it leaves expired leases alone.</summary>
    private static readonly TimeSpan LongerThanAPoll = TimeSpan.FromSeconds(12);

    /// <summary>Longer than the site repeats what it wants to store.</summary>
    private static readonly TimeSpan BeforeThePromotion = TimeSpan.FromSeconds(10);

    /// <summary>How soon every instance must be ready after a standby has become the primary server.</summary>
    private static readonly TimeSpan LongestFailover = TimeSpan.FromSeconds(15);

    /// <summary>Longer than the site waits for the database before it refuses a form.</summary>
    private static readonly TimeSpan LongHang = TimeSpan.FromSeconds(25);

    /// <summary>Within which a patient must be answered while the database does not answer. nginx waits for a minute.</summary>
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(45);

    /// <summary>Within which readiness must be answered while the database does not answer.</summary>
    private static readonly TimeSpan LongestReadiness = TimeSpan.FromSeconds(10);

    /// <summary>For what instances have sent to a server that does not answer, in addition to <see cref="LongestFailover"/>.</summary>
    private static readonly TimeSpan LongestCommand = TimeSpan.FromSeconds(20);

    /// <summary>Longer than the time between two runs of the scheduled jobs.</summary>
    private static readonly TimeSpan UntilTheJobsRan = TimeSpan.FromSeconds(75);

    private readonly bool _refuses;
    private readonly IReadOnlyList<Func<Trial, Cluster, CancellationToken, Task>> _faults;

    private SeveralInstances(string name, bool refuses, IReadOnlyList<Func<Trial, Cluster, CancellationToken, Task>> faults)
    {
        (Name, _refuses, _faults) = (name, refuses, faults);
    }

    public override string Name { get; }

    public override bool IsShort => Name is Mixed or Failover;

    public override bool IsLong => true;

    public override bool MayRefuse => _refuses;

    public static IReadOnlyList<Scenario> Variants { get; } =
    [
        new SeveralInstances(Mixed, refuses: true, [AbortDatabaseAsync, KillUntilTheRollAsync, RollTwoAsync]),
        new SeveralInstances("cluster-kill", refuses: false, [.. Enumerable.Repeat(KillInstanceAsync, 8)]),
        new SeveralInstances(
            "cluster-database",
            refuses: true,
            [
                RestartDatabaseAsync, AbortDatabaseAsync, KillDatabaseAsync, StopDatabaseForLongAsync,
                KillDatabaseAsync, AbortDatabaseAsync, RestartDatabaseAsync,
            ]),
        new SeveralInstances("cluster-outage", refuses: true, [.. Enumerable.Repeat(EndDatabaseWhileEmailsAreSentAsync, 2)]),
        new SeveralInstances(Failover, refuses: true, [FailOverAsync, KillInstanceAsync]),
        new SeveralInstances(Hang, refuses: true, [HangStandbyAsync, HangPrimaryAsync, HangUntilTheFailoverAsync]),
        new SeveralInstances(Roll, refuses: false, [RollAllAsync, RollBackAsync]),
    ];

    public override string? Missing(Trial trial) => Cluster.Missing ?? RollingUpdate.Missing;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        var starting = trial.StartClusterAsync(hasStandby: Name is Failover or Hang, stop);
        await Task.WhenAll(starting, Name is Mixed or Roll ? trial.NextDll : Task.CompletedTask);
        var cluster = await starting;
        using var team = await StaffTeam.SignInAsync(cluster, trial.Desk, trial.Random.Next(), stop);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var asking = trial.ConcurrentPatients.SendFormsAsync(Patients, enough.Token, stop, BetweenRequests);
        var working = team.WorkAsync(trial.Ledger, enough.Token, stop);
        try
        {
            await WorkedOnAsync(trial, asking, stop);
            foreach (var fault in _faults)
            {
                await fault(trial, cluster, stop);
                trial.Injected++;
                await WorkedOnAsync(trial, asking, stop);
            }
        }
        finally
        {
            await enough.CancelAsync();
        }

        await Task.WhenAll(asking, working);
        trial.Problems.AddRange(await InstanceChecks.ProblemsAsync(cluster, team, trial.ConcurrentPatients, LongestUpdate, stop));
        if (trial.Desk.AcknowledgedCount == 0 || trial.Desk.Updates == 0)
        {
            trial.Problems.Add("staff could not work, or their pages were never told of a change");
        }

        trial.Recovery = string.Create(
            CultureInfo.InvariantCulture,
            $"starts: {trial.Times.Starts()}; staff: {trial.Desk.AcknowledgedCount} changes, {trial.Desk.Unanswered} sent again, "
            + $"{trial.Desk.Updates} updates");
    }

    /// <summary>Waits until patients have had more receipts and staff have made a change.</summary>
    private static Task<bool> WorkedOnAsync(Trial trial, Task asking, CancellationToken stop)
    {
        var (receipts, changes) = (trial.Ledger.AcknowledgedCount + BetweenFaults, trial.Desk.AcknowledgedCount + 1);
        return Trial.BecomesAsync(
            () => asking.IsCompleted || (trial.Ledger.AcknowledgedCount >= receipts && trial.Desk.AcknowledgedCount >= changes),
            LongestPhase,
            stop);
    }

    /// <summary>The roll starts it again, which saves a start in the short run.</summary>
    private static Task KillUntilTheRollAsync(Trial trial, Cluster cluster, CancellationToken stop)
    {
        trial.KillInstance(cluster.Instances[^1]);
        Report(trial, "an instance was killed");
        return Task.CompletedTask;
    }

    private static async Task KillInstanceAsync(Trial trial, Cluster cluster, CancellationToken stop)
    {
        var instance = cluster.Instances[trial.Random.Next(cluster.Instances.Count)];
        trial.KillInstance(instance);
        await Task.Delay(BeforeARestart, stop);
        instance.Start();
        trial.Times.AddStart(await instance.ServesAsync(stop));
        Report(trial, "an instance was killed and serves again");
    }

    private static Task RestartDatabaseAsync(Trial trial, Cluster cluster, CancellationToken stop) =>
        EndDatabaseAsync(trial, cluster, "restarted", cluster.Server.StopAsync, ShortOutage(trial), stop);

    private static Task AbortDatabaseAsync(Trial trial, Cluster cluster, CancellationToken stop) =>
        EndDatabaseAsync(trial, cluster, "aborted", cluster.Server.AbortAsync, ShortOutage(trial), stop);

    private static Task KillDatabaseAsync(Trial trial, Cluster cluster, CancellationToken stop) =>
        EndDatabaseAsync(trial, cluster, "killed", _ => Task.Run(cluster.Server.Kill, stop), ShortOutage(trial), stop);

    private static Task StopDatabaseForLongAsync(Trial trial, Cluster cluster, CancellationToken stop) =>
        EndDatabaseAsync(trial, cluster, "away for long", cluster.Server.StopAsync, LongOutage, stop);

    private static TimeSpan ShortOutage(Trial trial) => TimeSpan.FromSeconds(trial.Random.NextDouble() * 3);

    private static async Task EndDatabaseAsync(
        Trial trial, Cluster cluster, string what, Func<CancellationToken, Task> end, TimeSpan outage, CancellationToken stop)
    {
        await end(stop);
        await Task.Delay(outage, stop);
        await cluster.Server.StartAsync(stop);
        trial.Problems.AddRange(trial.Database.Damages().Select(damage => $"after an end of the server the database is damaged: {damage}"));
        Report(trial, $"the database was {what}");
    }

    /// <summary>
    /// Emails are handed over while the database is away, and it is away until their leases have expired. Then an instance goes on later
    /// than the others, which find its expired leases before it has recorded which emails were sent.
    /// </summary>
    private static async Task EndDatabaseWhileEmailsAreSentAsync(Trial trial, Cluster cluster, CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = trial.Mail.Received.Count;
        trial.Mail.HoldAnswers(ended.Task);
        await Trial.BecomesAsync(() => trial.Mail.Received.Count >= before + Held, LongestPhase, stop);
        await cluster.Server.AbortAsync(stop);
        ended.SetResult();
        trial.Mail.End();
        await Task.Delay(LongerThanALease, stop);
        var late = cluster.Instances[trial.Random.Next(cluster.Instances.Count)];
        late.Suspend();
        await cluster.Server.StartAsync(stop);
        await Task.Delay(LongerThanAPoll, stop);
        late.Resume();
        Report(trial, "the database was away for longer than a lease");
    }

    /// <summary>
    /// What is stored on the primary server waits for the standby. The site is not told that it is stored until it is on both, so it
    /// refuses the form; when the patient sends it again afterwards, it is stored already.
    /// </summary>
    private static async Task HangStandbyAsync(Trial trial, Cluster cluster, CancellationToken stop)
    {
        cluster.Standby.Suspend();
        await Task.Delay(UntilReceiptsAreRead, stop);
        var acknowledged = trial.Ledger.AcknowledgedCount;
        await Task.Delay(LongHang, stop);
        if (trial.Ledger.AcknowledgedCount > acknowledged)
        {
            trial.Problems.Add("a request that is not on the standby was acknowledged");
        }

        cluster.Standby.Resume();
        await RecoverAsync(trial, cluster, "the standby went on", LongestFailover, stop);
    }

    private static async Task HangPrimaryAsync(Trial trial, Cluster cluster, CancellationToken stop)
    {
        cluster.Server.Suspend();
        var watch = Stopwatch.StartNew();
        var ready = await Task.WhenAll(cluster.Instances.Select(instance => instance.IsReadyAsync(stop)));
        if (ready.Any(isReady => isReady) || watch.Elapsed > LongestReadiness)
        {
            trial.Problems.Add($"readiness was answered after {watch.Elapsed.TotalSeconds:0} s; ready: {string.Join(", ", ready)}");
        }

        trial.Log(Seconds("readiness failed", watch));
        await Task.Delay(LongHang, stop);
        cluster.Server.Resume();
        await RecoverAsync(trial, cluster, "the primary server went on", LongestFailover, stop);
    }

    /// <summary>The former primary server goes on after the failover, so that there are two.</summary>
    private static async Task HangUntilTheFailoverAsync(Trial trial, Cluster cluster, CancellationToken stop)
    {
        var former = cluster.Server;
        former.Suspend();
        await Task.Delay(BeforeThePromotion, stop);
        await cluster.PromoteStandbyAsync(stop);
        await RecoverAsync(trial, cluster, "the standby became the primary server", LongestFailover + LongestCommand, stop);
        trial.Ledger.MayBeElsewhere = trial.Desk.MayConflict = true;
        former.Resume();
        await Task.Delay(LongHang, stop);
        former.Kill();
        await RecoverAsync(trial, cluster, "the former primary server ended", LongestFailover, stop);
    }

    /// <summary>Waits until a patient has a receipt again and every instance is ready.</summary>
    private static async Task RecoverAsync(Trial trial, Cluster cluster, string what, TimeSpan longest, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var before = trial.Ledger.AcknowledgedCount;
        if (!await Trial.BecomesAsync(() => trial.Ledger.AcknowledgedCount > before, longest, stop)
            || !await Trial.BecomesAsync(() => cluster.AreReadyAsync(stop), longest, stop))
        {
            trial.Problems.Add($"after {what}, an instance was not ready in time, or no patient got a receipt");
        }

        trial.Log(Seconds($"{what}; all instances were ready", watch));
        var refused = trial.Ledger.RefusedAfter.DefaultIfEmpty().Max();
        if (refused > LongestRefusal)
        {
            trial.Problems.Add(string.Create(CultureInfo.InvariantCulture, $"a patient waited {refused.TotalSeconds:0} s for a refusal"));
        }

        Report(trial, string.Create(
            CultureInfo.InvariantCulture,
            $"{trial.Ledger.Refused.Count} refused, after {refused.TotalSeconds:0.0} s at most"));
    }

    /// <summary>The primary server is lost with its machine, and an operator makes the standby the primary a while later.</summary>
    private static async Task FailOverAsync(Trial trial, Cluster cluster, CancellationToken stop)
    {
        cluster.Server.Kill();
        await Task.Delay(BeforeThePromotion, stop);
        await cluster.PromoteStandbyAsync(stop);
        var watch = Stopwatch.StartNew();
        var before = trial.Ledger.AcknowledgedCount;
        if (await Trial.BecomesAsync(() => trial.Ledger.AcknowledgedCount > before, LongestFailover, stop))
        {
            trial.Log(Seconds("a patient got a receipt", watch));
        }

        if (!await Trial.BecomesAsync(() => cluster.AreReadyAsync(stop), LongestFailover, stop))
        {
            trial.Problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"an instance was not ready {watch.Elapsed.TotalSeconds:0} s after a standby had become the primary server"));
        }

        trial.Log(Seconds("all instances were ready", watch));
        var stored = cluster.Database.PutLastRunBack();
        if (!await Trial.BecomesAsync(() => cluster.Database.LastRun() != stored, UntilTheJobsRan, stop))
        {
            trial.Problems.Add("no instance ran the scheduled jobs after a standby had become the primary server");
        }

        trial.Problems.AddRange(trial.Database.Damages().Select(damage => $"the database of the standby is damaged: {damage}"));
        Report(trial, "the standby became the primary server");
    }

    private static async Task RollAllAsync(Trial trial, Cluster cluster, CancellationToken stop) =>
        await RollAsync(trial, cluster, await trial.NextDll, cluster.Instances, stop);

    /// <summary>An operator goes back to the version of before.</summary>
    private static Task RollBackAsync(Trial trial, Cluster cluster, CancellationToken stop) =>
        RollAsync(trial, cluster, trial.Dll, cluster.Instances, stop);

    /// <summary>Replaces the one that was killed and one that runs. Another goes on with the version of before.</summary>
    private static async Task RollTwoAsync(Trial trial, Cluster cluster, CancellationToken stop) =>
        await RollAsync(trial, cluster, await trial.NextDll, [cluster.Instances[^1], cluster.Instances[0]], stop);

    private static async Task RollAsync(
        Trial trial, Cluster cluster, string dll, IReadOnlyList<SiteInstance> instances, CancellationToken stop)
    {
        var checks = new VersionChecks(cluster, trial.ConcurrentPatients);
        var before = await instances[^1].VersionAsync(stop);
        var styleSheet = await VersionChecks.StyleSheetAsync(instances[^1]);
        await RollingUpdate.RunAsync(trial.Folder, cluster.Current, Path.GetDirectoryName(dll)!, instances, async instance =>
        {
            if (instance == instances[^1])
            {
                trial.Problems.AddRange(await checks.ProblemsAsync(instance, instances[0], stop));
            }

            if (await trial.TerminateInstanceAsync(instance, LongestEnd) is not { } took)
            {
                trial.Problems.Add($"an instance did not end within {LongestEnd.TotalSeconds} s");
            }
            else
            {
                trial.Log(string.Create(CultureInfo.InvariantCulture, $"an instance ended after {took.TotalSeconds:0.0} s"));
            }

            instance.Start();
        });
        var version = await instances[0].RunAsync("--version", stop);
        var versions = await Task.WhenAll(instances.Select(instance => instance.VersionAsync(stop)));
        if (version == before || versions.Any(running => running != version))
        {
            trial.Problems.Add($"{before} was replaced by {version}, but these run: {string.Join(", ", versions)}");
        }

        if (instances.Count == cluster.Instances.Count)
        {
            trial.Problems.AddRange(await checks.OfAFileThatIsGoneAsync(styleSheet));
        }

        Report(trial, $"{instances.Count} instances were replaced by version {version}");
    }

    private static string Seconds(string what, Stopwatch watch) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {watch.Elapsed.TotalSeconds:0.0} s later");

    private static void Report(Trial trial, string what) =>
        trial.Log($"{what}; {trial.Ledger.AcknowledgedCount} acknowledged, {trial.Desk.AcknowledgedCount} changes of staff");
}
