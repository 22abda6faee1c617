namespace PhysioSite.Faults.Scenarios;

/// <summary>Patients come through nginx with the documented configuration, while the site behind it is updated and killed.</summary>
internal sealed class BehindNginx : Scenario
{
    private const int Posts = 40;
    private const int Connections = 6;
    private static readonly TimeSpan LongestPhase = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(35);

    private Nginx? _nginx;

    public override string Name => "nginx";

    public override string? Missing(Trial trial) => Nginx.WhyNot is null ? null : "install nginx-light";

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        _nginx = await Nginx.StartAsync(trial.Address, documented => documented);
        trial.OpenBrowser = _nginx.Open;
        var asking = trial.ConcurrentPatients.AskAsync(Posts, Connections, stop);
        await AcknowledgedAsync(trial, asking, Posts / 4, stop);
        await trial.TerminateSiteAsync(LongestEnd);
        await trial.StartSiteAsync(stop);
        await AcknowledgedAsync(trial, asking, Posts / 2, stop);
        trial.KillSite();
        await trial.StartSiteAsync(stop);
        trial.Injected = 2;
        await asking;
    }

    public override void CleanUp(Trial trial) => _nginx?.Dispose();

    private static Task<bool> AcknowledgedAsync(Trial trial, Task asking, int count, CancellationToken stop) =>
        Trial.BecomesAsync(() => trial.Ledger.AcknowledgedCount >= count || asking.IsCompleted, LongestPhase, stop);
}
