using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Email.Outbox;

/// <summary>
/// Adds emails to the outbox. An email is added to the same unit of work as the change that caused it, so that both are saved or neither
/// is. The caller saves the changes and then signals the worker.
/// </summary>
public sealed class OutboxWriter(SiteDbContext db, OutboxSignal signal, TimeProvider time)
{
    public void Add(OutboxEmail mail) => db.Set<OutboxEmail>().Add(mail);

    public void Wake() => signal.Set();

    /// <summary>
    /// Starts a new series of attempts for a sent or failed email. False when the email is already waiting or does not exist.
    /// </summary>
    public async Task<bool> SendAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        using (await db.EnterBulkWriteAsync(cancellationToken))
        {
            var changed = await db.Set<OutboxEmail>()
                .Where(mail => mail.Id == id && mail.State != OutboxState.Waiting)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(mail => mail.State, OutboxState.Waiting)
                        .SetProperty(mail => mail.Attempts, 0)
                        .SetProperty(mail => mail.NextAttemptUtc, now)
                        .SetProperty(mail => mail.GiveUpUtc, now + OutboxEmail.RetryWindow)
                        .SetProperty(mail => mail.SentUtc, (DateTime?)null)
                        .SetProperty(mail => mail.LastError, (string?)null),
                    cancellationToken);
            signal.Set();
            return changed == 1;
        }
    }
}

/// <summary>Notifies the worker that there are emails to send.</summary>
public sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Set()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // The signal is already set.
        }
    }

    internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _signal.WaitAsync(atMost, cancellationToken);

    public void Dispose() => _signal.Dispose();
}
