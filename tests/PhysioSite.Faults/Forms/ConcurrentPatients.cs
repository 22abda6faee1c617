namespace PhysioSite.Faults.Forms;

/// <summary>Simulates patients who send requests concurrently over a number of connections.</summary>
/// <param name="open">Opens the browser of a patient.</param>
internal sealed class ConcurrentPatients(Func<Browser> open, Patients patients, Ledger ledger)
{
    /// <summary>Completes when <paramref name="count"/> patients have their receipts.</summary>
    public async Task AskAsync(int count, int connections, CancellationToken stop)
    {
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(count, connections)).Select(_ => Task.Run(
            async () =>
            {
                using var sender = new FormSender(open(), ledger, stop);
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    await sender.AskAsync(patients.Next());
                }
            },
            stop)));
    }

    /// <summary>
    /// Sends requests one after another on each connection until <paramref name="enough"/> is canceled. Requests already begun are
    /// completed.
    /// </summary>
    /// <param name="pause">The time between two requests of a connection.</param>
    public async Task SendFormsAsync(int connections, CancellationToken enough, CancellationToken stop, TimeSpan pause = default) =>
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                using var sender = new FormSender(open(), ledger, stop);
                while (!enough.IsCancellationRequested)
                {
                    await sender.AskAsync(patients.Next());
                    await Task.Delay(pause, enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            },
            stop)));

    /// <summary>One more patient asks.</summary>
    /// <param name="browser">The browser of the patient, which is disposed.</param>
    public async Task AskAsync(Browser browser, CancellationToken stop)
    {
        using var sender = new FormSender(browser, ledger, stop);
        await sender.AskAsync(patients.Next());
    }
}
