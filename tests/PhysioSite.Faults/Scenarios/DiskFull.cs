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

    private bool _isMounted;

    public override string Name => "disk-full";

    public override bool MayRefuse => true;

    public override string? Missing(Trial trial)
    {
        if (ChildProcess.Run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", trial.Data) is { } problem)
        {
            return $"a small disk cannot be mounted ({problem.Split('\n')[0]})";
        }

        _isMounted = true;
        return null;
    }

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Before, Connections, stop);

        var ballast = Path.Combine(trial.Data, "ballast");
        Fill(ballast);
        trial.Injected = 1;
        var asking = trial.ConcurrentPatients.AskAsync(During, Connections, stop);
        if (!await Trial.BecomesAsync(() => trial.Ledger.Refused.Count >= EnoughRefused, LongestUntilFull, stop))
        {
            trial.Problems.Add("the full disk refused nobody");
        }

        trial.Log($"disk full, {trial.Ledger.Refused.Count} refused, {trial.Ledger.AcknowledgedCount} acknowledged");
        var acknowledged = trial.Ledger.AcknowledgedCount;
        File.Delete(ballast);
        var watch = Stopwatch.StartNew();
        await Trial.BecomesAsync(() => trial.Ledger.AcknowledgedCount > acknowledged || asking.IsCompleted, LongestUntilFull, stop);
        trial.Recovery = $"{watch.Elapsed.TotalSeconds:0.0} s";
        await asking;
    }

    public override void CleanUp(Trial trial)
    {
        if (_isMounted)
        {
            ChildProcess.Run("umount", trial.Data);
        }
    }

    private static void Fill(string ballast)
    {
        using var file = new FileStream(ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            var block = new byte[4096];
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // The disk is full, as intended.
        }
    }
}
