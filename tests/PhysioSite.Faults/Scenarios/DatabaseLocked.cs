using System.Diagnostics;

namespace PhysioSite.Faults.Scenarios;

/// <summary>Another process holds the database's write lock for longer than the site's timeout.</summary>
internal sealed class DatabaseLocked : Scenario
{
    private const int Before = 10;
    private const int During = 40;
    private const int Connections = 20;
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(7);

    public override string Name => "database-locked";

    public override bool MayRefuse => true;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Before, Connections, stop);
        Task asking;
        int acknowledged;
        using (trial.Sqlite.Lock())
        {
            trial.Injected = 1;
            acknowledged = trial.Ledger.AcknowledgedCount;
            asking = trial.ConcurrentPatients.AskAsync(During, Connections, stop);
            await Task.Delay(Held, stop);
            if (trial.Ledger.AcknowledgedCount > acknowledged)
            {
                trial.Problems.Add("a patient was given a receipt while nothing could be stored");
            }
        }

        var watch = Stopwatch.StartNew();
        await Trial.BecomesAsync(() => trial.Ledger.AcknowledgedCount > acknowledged || asking.IsCompleted, TimeSpan.FromSeconds(60), stop);
        trial.Recovery = $"{watch.Elapsed.TotalSeconds:0.0} s";
        await asking;
        trial.Problems.AddRange(StorageChecks.StackTraces(trial));
    }
}
