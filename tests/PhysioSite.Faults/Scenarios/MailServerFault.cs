namespace PhysioSite.Faults.Scenarios;

/// <summary>The mail server is faulty for two attempts of each email and then recovers.</summary>
internal sealed class MailServerFault(SmtpFault fault) : Scenario
{
    private const int During = 6;
    private const int Afterwards = 3;
    private const int Connections = 3;
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SecondAttempt = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan OutboxLooks = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan ThirdAttempt = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan WhileSilent = TimeSpan.FromSeconds(Trial.MailSeconds + 0.5);
    private static readonly TimeSpan Otherwise = TimeSpan.FromSeconds(0.5);

    public override string Name => $"smtp-{fault.Name}";

    public override bool IsShort => fault.IsShort;

    public override bool Parks => fault.Parks;

    public override string? Missing(Trial trial) => SiteClock.Missing;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        if (!fault.NoServer)
        {
            trial.Mail.Start();
            trial.Mail.Begin(fault);
        }

        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(During, Connections, stop);
        if (!await Trial.BecomesAsync(() => trial.Database.Failures() > 0, Noticed, stop))
        {
            trial.Problems.Add("the site did not notice the fault");
        }

        // No delivery attempt may be in progress when the clock moves.
        var inHand = fault.Move == SmtpMove.Silence ? WhileSilent : Otherwise;
        await Task.Delay(inHand, stop);
        var met = trial.Mail.Injected;
        await trial.Clock.MoveAsync(SecondAttempt, stop);
        // A new request triggers the outbox, which otherwise polls every five seconds.
        await trial.ConcurrentPatients.AskAsync(1, 1, stop);
        await Trial.BecomesAsync(() => trial.Mail.Injected > met, fault.Parks ? TimeSpan.Zero : OutboxLooks, stop);
        await Task.Delay(inHand, stop);
        trial.Injected += fault.NoServer ? trial.Database.Failures() : 0;
        trial.Log(
            $"{trial.Mail.Injected + trial.Injected} faults met the site, {trial.Ledger.AcknowledgedCount} acknowledged meanwhile");

        trial.Mail.End();
        var ended = trial.Clock.UtcNow;
        await trial.Clock.MoveAsync(ThirdAttempt, stop);
        await trial.ConcurrentPatients.AskAsync(Afterwards, Connections, stop);
        await trial.WaitForOutboxAsync(stop);
        trial.Recovery = fault.Parks ? "" : $"within {(trial.Clock.UtcNow - ended).TotalMinutes:0} min of its clock";
    }
}
