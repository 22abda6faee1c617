using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Email.Outbox;

/// <summary>
/// Drops what was sent: text, HTML, calendar entry and file. The recipient and the subject stay encrypted, and the rest of the row as it
/// is. Most of a database would otherwise be copies of emails that nobody reads again.
/// </summary>
public sealed class OutboxBodies(SiteDbContext db, PickupFolder folder)
{
    private const int BatchSize = 200;

    /// <summary>Emails that failed keep everything, because staff may send them again.</summary>
    /// <returns>The number of emails whose body was dropped.</returns>
    public async Task<int> DropAsync(DateTime sentBefore, DateTime now, CancellationToken cancellationToken)
    {
        var dropped = 0;
        while (true)
        {
            var ids = await db.Set<OutboxEmail>()
                .Where(email => email.State == OutboxState.Sent && email.SentUtc < sentBefore && email.BodyDroppedUtc == null)
                .OrderBy(email => email.SentUtc)
                .Take(BatchSize)
                .Select(email => email.Id)
                .ToListAsync(cancellationToken);
            if (ids.Count == 0)
            {
                return dropped;
            }

            var batch = await db.Set<OutboxEmail>().AsNoTracking().Where(email => ids.Contains(email.Id)).ToListAsync(cancellationToken);
            using (await db.EnterBulkWriteAsync(cancellationToken))
            {
                foreach (var email in batch)
                {
                    dropped += await DropAsync(email, now, cancellationToken);
                }
            }

            batch.ForEach(email => folder.Delete(email.Reference, email.Id));
        }
    }

    /// <summary>A person may have sent it again since it was read. It is then left alone.</summary>
    private Task<int> DropAsync(OutboxEmail email, DateTime now, CancellationToken cancellationToken)
    {
        var (id, rest) = (email.Id, email.WithoutBody());
        rest.EnsureEncrypted(db.Encryption);
        return db.Set<OutboxEmail>()
            .Where(row => row.Id == id && row.State == OutboxState.Sent)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Content, rest).SetProperty(row => row.BodyDroppedUtc, (DateTime?)now),
                cancellationToken);
    }
}
