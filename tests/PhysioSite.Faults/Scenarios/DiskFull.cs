using System.Diagnostics;

namespace PhysioSite.Faults.Scenarios;

/// <summary>The disk of the data folder is temporarily full.</summary>
internal sealed class DiskFull : Scenario
{
    private const int Before = 20;
    private const int During = 40;
    private const int Connections = 10;
    private const int EnoughRefused = 15;
    private static readonly TimeSpan LongestUntilFull = TimeSpan.FromSeconds(40);

    private SmallDisk? _disk;

    public override string Name => "disk-full";

    public override bool MayRefuse => true;

    public override string? Missing(Trial trial)
    {
        _disk = SmallDisk.TryMount(trial.Data, out var problem);
        return problem;
    }

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Before, Connections, stop);

        _disk!.Fill();
        trial.Injected = 1;
        var asking = trial.ConcurrentPatients.AskAsync(During, Connections, stop);
        if (!await Trial.BecomesAsync(() => trial.Ledger.Refused.Count >= EnoughRefused, LongestUntilFull, stop))
        {
            trial.Problems.Add("the full disk refused nobody");
        }

        trial.Log($"disk full, {trial.Ledger.Refused.Count} refused, {trial.Ledger.AcknowledgedCount} acknowledged");
        var acknowledged = trial.Ledger.AcknowledgedCount;
        _disk.Empty();
        var watch = Stopwatch.StartNew();
        await Trial.BecomesAsync(() => trial.Ledger.AcknowledgedCount > acknowledged || asking.IsCompleted, LongestUntilFull, stop);
        trial.Recovery = $"{watch.Elapsed.TotalSeconds:0.0} s";
        await asking;
        trial.Problems.AddRange(StorageChecks.StackTraces(trial));
    }

    public override void CleanUp(Trial trial) => _disk?.Dispose();
}
