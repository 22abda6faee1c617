namespace PhysioSite.Faults.Scenarios;

/// <summary>The disk of the data folder is full when the site starts: for the first time, and with data.</summary>
internal sealed class DiskFullAtStart : Scenario
{
    private const int Each = 8;
    private const int Connections = 4;
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(35);

    private SmallDisk? _disk;

    public override string Name => "disk-full-at-start";

    public override bool MayRefuse => true;

    public override string? Missing(Trial trial)
    {
        _disk = SmallDisk.TryMount(trial.Data, out var problem);
        return problem;
    }

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        foreach (var what in new[] { "for the first time", "with data" })
        {
            _disk!.Fill();
            trial.Injected++;
            await StartOnFullDiskAsync(trial, what, stop);
            await trial.ConcurrentPatients.AskAsync(Each, Connections, stop);
            await trial.WaitForOutboxAsync(stop);
            await trial.TerminateSiteAsync(LongestEnd);
        }

        await trial.StartSiteAsync(stop);
    }

    public override void CleanUp(Trial trial) => _disk?.Dispose();

    /// <summary>The site may end and say why, or run and tell each patient that nothing was stored. Then there is room again.</summary>
    private async Task StartOnFullDiskAsync(Trial trial, string what, CancellationToken stop)
    {
        if (await trial.TryStartSiteAsync(stop) is { } refusal)
        {
            if (!refusal.Explains("full", "space", "room"))
            {
                trial.Problems.Add($"started {what} on a full disk, the site did not explain its end: {refusal.LastLine}");
            }

            _disk!.Empty();
            await trial.StartSiteAsync(stop);
            return;
        }

        var (refused, acknowledged) = (trial.Ledger.Refused.Count, trial.Ledger.AcknowledgedCount);
        var asking = trial.ConcurrentPatients.AskAsync(Each, Connections, stop);
        await Trial.BecomesAsync(
            () => trial.Ledger.Refused.Count > refused || trial.Ledger.AcknowledgedCount > acknowledged, LongestRefusal, stop);
        _disk!.Empty();
        await asking;
    }
}
