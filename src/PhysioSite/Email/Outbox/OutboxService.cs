using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Email.Outbox;

/// <summary>
/// Changes emails in the outbox. Emails are added by the features: to the same unit of work as the change that caused them, so that both
/// are saved or neither is.
/// </summary>
public sealed class OutboxService(SiteDbContext db, OutboxSignal signal, TimeProvider time)
{
    /// <summary>
    /// Starts a new series of attempts for a sent or failed email. False when the email is already waiting or does not exist.
    /// </summary>
    public async Task<bool> SendAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        using (await db.EnterBulkWriteAsync(cancellationToken))
        {
            var changed = await db.Set<OutboxEmail>()
                .Where(email => email.Id == id && email.State != OutboxState.Waiting)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(email => email.State, OutboxState.Waiting)
                        .SetProperty(email => email.Attempts, 0)
                        .SetProperty(email => email.NextAttemptUtc, now)
                        .SetProperty(email => email.GiveUpUtc, now + OutboxEmail.RetryWindow)
                        .SetProperty(email => email.SentUtc, (DateTime?)null)
                        .SetProperty(email => email.LastError, (string?)null),
                    cancellationToken);
            signal.Set();
            return changed == 1;
        }
    }
}
