using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Email.Outbox;

/// <summary>
/// Changes emails in the outbox. Emails are added by the features: to the same unit of work as the change that caused them, so that both
/// are saved or neither is.
/// </summary>
public sealed class OutboxService(SiteDbContext db, OutboxSignal signal, TimeProvider time)
{
    /// <summary>Starts a new series of attempts for a sent or failed email.</summary>
    /// <returns>False when the email is already waiting, its body was dropped, or it does not exist.</returns>
    public async Task<bool> SendAgainAsync(Guid id, CancellationToken cancellationToken) =>
        await SendAgainAsync(
            db.Set<OutboxEmail>()
                .Where(email => email.Id == id && email.State != OutboxState.Waiting && email.BodyDroppedUtc == null),
            cancellationToken) == 1;

    /// <summary>Starts a new series of attempts for each of the failed emails. An email that was sent is not sent again.</summary>
    /// <returns>The number of emails.</returns>
    public Task<int> SendFailedAgainAsync(IQueryable<OutboxEmail> emails, CancellationToken cancellationToken) =>
        SendAgainAsync(emails.Where(email => email.State == OutboxState.Failed), cancellationToken);

    private async Task<int> SendAgainAsync(IQueryable<OutboxEmail> emails, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        using (await db.EnterBulkWriteAsync(cancellationToken))
        {
            var changed = await emails.ExecuteUpdateAsync(
                set => set
                    .SetProperty(email => email.State, OutboxState.Waiting)
                    .SetProperty(email => email.Attempts, 0)
                    .SetProperty(email => email.NextAttemptUtc, now)
                    .SetProperty(email => email.GiveUpUtc, now + OutboxEmail.RetryWindow)
                    .SetProperty(email => email.SentUtc, (DateTime?)null)
                    .SetProperty(email => email.LastError, (string?)null),
                cancellationToken);
            signal.Set();
            return changed;
        }
    }
}
