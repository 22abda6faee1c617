namespace PhysioSite.Faults.Scenarios;

/// <summary>The clock jumps one day forward and then one day back, while patients submit forms and emails are sent.</summary>
internal sealed class ClockJump : Scenario
{
    private const int Connections = 5;
    private const int OnEachDay = 20;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestPhase = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestStill = TimeSpan.FromSeconds(15);

    public override string Name => "clock-jump";

    public override bool IsShort => false;

    public override string? Missing(Trial trial) => SiteClock.Missing;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var asking = trial.ConcurrentPatients.SendFormsAsync(Connections, enough.Token, stop);
        await AskedAsync(trial, stop);
        foreach (var by in new[] { Day, -Day })
        {
            await trial.Clock.MoveAsync(by, stop);
            trial.Injected++;
            trial.Log($"clock moved by {by.TotalHours:+0;-0} hours, {trial.Ledger.AcknowledgedCount} acknowledged");
            await AskedAsync(trial, stop);
        }

        await enough.CancelAsync();
        await asking;
        // Emails that were rejected or interrupted for other reasons also wait, but for less than this.
        int Held() => trial.Database.WaitingBeyond(trial.Clock.UtcNow + Day / 2);
        var late = Held();
        while (late > 0 && await Trial.BecomesAsync(() => Held() < late, LongestStill, stop))
        {
            late = Held();
        }

        trial.Recovery = $"{late} mails held up";
        if (late > 0)
        {
            trial.Problems.Add($"{late} mails wait for the day the clock had wrongly jumped to");
            await trial.Clock.MoveAsync(Day, stop);
        }
    }

    private static Task<bool> AskedAsync(Trial trial, CancellationToken stop)
    {
        var enough = trial.Ledger.AcknowledgedCount + OnEachDay;
        return Trial.BecomesAsync(() => trial.Ledger.AcknowledgedCount >= enough, LongestPhase, stop);
    }
}
