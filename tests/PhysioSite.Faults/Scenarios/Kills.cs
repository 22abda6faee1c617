using System.Diagnostics;

namespace PhysioSite.Faults.Scenarios;

/// <summary>The site is killed repeatedly while patients submit forms, and restarted with the same folder and port.</summary>
internal sealed class Kills(FaultOptions options) : Scenario
{
    /// <summary>
    /// Fraction of the forms after which the site is not killed again, so that the last forms are sent to a running site.
    /// </summary>
    private const double LastKill = 0.95;

    public override string Name => "kills";

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        var asking = trial.ConcurrentPatients.AskAsync(options.Posts, options.Connections, stop);
        var kills = Enumerable.Range(0, options.Kills)
            .Select(_ => trial.Random.Next(1, Math.Max(2, (int)(options.Posts * LastKill))))
            .Order()
            .ToList();
        foreach (var after in kills)
        {
            await Trial.BecomesAsync(() => trial.Ledger.AcknowledgedCount >= after || asking.IsCompleted, TimeSpan.FromMinutes(2), stop);
            await Task.Delay(trial.Random.Next(100), stop);
            trial.KillSite();
            var watch = Stopwatch.StartNew();
            await trial.StartSiteAsync(stop);
            trial.Injected++;
            trial.Log(
                $"kill {trial.Injected} of {options.Kills}, {trial.Ledger.AcknowledgedCount} acknowledged, "
                + $"served again after {watch.Elapsed.TotalSeconds:0.0} s");
        }

        await asking;
    }
}
