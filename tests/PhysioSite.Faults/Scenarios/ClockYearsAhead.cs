using System.Net;

namespace PhysioSite.Faults.Scenarios;

/// <summary>
/// The clock is three years ahead for a while, as after a battery failed. Every closed request would be due for erasure, every key and
/// session expired. Then the clock is right again.
/// </summary>
/// <param name="isShort">Whether to leave out a start under the wrong clock.</param>
internal sealed class ClockYearsAhead(bool isShort) : Scenario
{
    private const int Before = 12;
    private const int Withdrawn = 6;
    private const int Meanwhile = 6;
    private const int Connections = 3;
    private static readonly TimeSpan Years = TimeSpan.FromDays(3 * 365);

    /// <summary>Longer than the delay of the first retention run after a start, by the site's clock.</summary>
    private static readonly TimeSpan FirstRetention = TimeSpan.FromMinutes(6);

    /// <summary>The jobs run every minute, by a timer that the clock does not affect.</summary>
    private static readonly TimeSpan NextJobs = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(35);

    public override string Name => "clock-years-ahead";

    public override bool IsLong => true;

    public override string? Missing(Trial trial) => SiteClock.Missing;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Before, Connections, stop);
        foreach (var told in trial.Ledger.Acknowledged.Take(Withdrawn))
        {
            await WithdrawAsync(trial, told);
        }

        await trial.WaitForOutboxAsync(stop);
        await trial.Clock.MoveAsync(Years, stop);
        trial.Injected++;
        await trial.ConcurrentPatients.AskAsync(Meanwhile, Connections, stop);
        await AssertErasureIsOnHoldAsync(trial, stop);
        if (!isShort)
        {
            await trial.TerminateSiteAsync(LongestEnd);
            await trial.StartSiteAsync(stop);
            trial.Injected++;
            await trial.Clock.MoveAsync(FirstRetention, stop);
            await trial.ConcurrentPatients.AskAsync(Meanwhile, Connections, stop);
            // The second decision is the same as the first and leaves no trace.
            await Task.Delay(NextJobs, stop);
            await AssertErasureIsOnHoldAsync(trial, stop);
        }

        await trial.Clock.MoveAsync(-trial.Clock.Offset, stop);
        await trial.ConcurrentPatients.AskAsync(Meanwhile, Connections, stop);
        trial.Recovery = "nothing erased";
    }

    /// <summary>Waits until readiness says that nothing is erased. That nothing was, the reconciliation finds out.</summary>
    private static async Task AssertErasureIsOnHoldAsync(Trial trial, CancellationToken stop)
    {
        const string OnHold = "\"retention\":{\"status\":\"Degraded\"";
        async Task<bool> IsOnHoldAsync() => (await trial.ReadinessAsync(stop)).Contains(OnHold, StringComparison.Ordinal);
        if (!await Trial.BecomesAsync(IsOnHoldAsync, NextJobs, stop))
        {
            trial.Problems.Add("readiness does not say that erasure waits because the clock may be wrong");
        }

        await trial.WaitForOutboxAsync(stop);
    }

    private static async Task WithdrawAsync(Trial trial, Acknowledgement told)
    {
        using var browser = trial.OpenBrowser();
        var page = await browser.GetAsync(told.PrivatePath);
        var answer = await browser.SubmitAsync(page, RequestJourney.Withdrawal, []);
        if (answer.Status == HttpStatusCode.Redirect)
        {
            trial.Ledger.AddWithdrawn(told.Reference);
        }
        else
        {
            trial.Problems.Add($"a request could not be withdrawn ({(int)answer.Status})");
        }
    }
}
