using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Email;

/// <summary>
/// Mails to be sent. A mail is added to the same unit of work as what caused it, so both are saved or neither; the caller saves and
/// then wakes the worker.
/// </summary>
public sealed class Outbox(SiteDbContext db, WriteGate gate, OutboxBell bell, TimeProvider time)
{
    public void Add(OutboxMail mail) => db.Set<OutboxMail>().Add(mail);

    public void Wake() => bell.Ring();

    /// <summary>Gives a sent or failed mail a fresh set of attempts. False when it is already waiting or not there.</summary>
    public async Task<bool> SendAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        using (await gate.EnterAsync(cancellationToken))
        {
            var changed = await db.Set<OutboxMail>()
                .Where(mail => mail.Id == id && mail.State != OutboxState.Waiting)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(mail => mail.State, OutboxState.Waiting)
                        .SetProperty(mail => mail.Attempts, 0)
                        .SetProperty(mail => mail.NextAttemptUtc, now)
                        .SetProperty(mail => mail.GiveUpUtc, now + OutboxMail.RetryWindow)
                        .SetProperty(mail => mail.SentUtc, (DateTime?)null)
                        .SetProperty(mail => mail.LastError, (string?)null),
                    cancellationToken);
            bell.Ring();
            return changed == 1;
        }
    }
}

/// <summary>Tells the worker that there is something to send.</summary>
public sealed class OutboxBell : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0, 1);

    public void Ring()
    {
        try
        {
            _rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is already ringing.
        }
    }

    internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _rung.WaitAsync(atMost, cancellationToken);

    public void Dispose() => _rung.Dispose();
}
