using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Email.Outbox;

/// <summary>
/// Leases emails to one sender at a time. A conditional update takes the lease, so that no two senders have the same email, and the outcome
/// is recorded only while the lease is held.
/// </summary>
internal sealed class OutboxLeases(IServiceScopeFactory scopes, TimeProvider time, TimeSpan longestSend)
{
    private const int Batch = 16;

    /// <summary>How long a leased mail may wait for its turn.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Leases mails that are due: first those never tried, then those that have waited longest.</summary>
    /// <param name="except">Those still being sent, whatever the clock says about their lease.</param>
    public async Task<IReadOnlyList<OutboxEmail>> TakeAsync(Guid[] except, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var ids = await Due(scope, Now, except).OrderBy(mail => mail.Attempts > 0).ThenBy(mail => mail.NextAttemptUtc).Take(Batch)
            .Select(mail => mail.Id).ToListAsync(cancellationToken);
        if (ids.Count == 0)
        {
            return [];
        }

        var lease = Guid.NewGuid();
        using (await EnterWriteAsync(scope, cancellationToken))
        {
            // The update itself asks again whether each row is due: a database with several writers then leases it once, whoever read it before.
            // Not cancelled halfway: what has been leased must be known, to be given back.
            var now = Now;
            await Due(scope, now, except).Where(mail => ids.Contains(mail.Id)).ExecuteUpdateAsync(
                set => set
                    .SetProperty(mail => mail.LeaseId, lease)
                    .SetProperty(mail => mail.LeaseUntilUtc, now + longestSend + Wait)
                    .SetProperty(mail => mail.Attempts, mail => mail.Attempts + 1),
                CancellationToken.None);
        }

        return await Mails(scope).AsNoTracking().Where(mail => mail.LeaseId == lease)
            .OrderBy(mail => mail.Attempts > 1).ThenBy(mail => mail.NextAttemptUtc).ToListAsync(CancellationToken.None);
    }

    /// <summary>Whether a leased mail can still be sent before its lease runs out.</summary>
    public bool IsLongEnough(OutboxEmail mail) => mail.LeaseUntilUtc - longestSend >= Now;

    /// <summary>As if they had never been taken.</summary>
    public async Task GiveBackAsync(IReadOnlyCollection<OutboxEmail> mails)
    {
        if (mails.Count == 0)
        {
            return;
        }

        var (ids, leases) = (mails.Select(mail => mail.Id).ToArray(), mails.Select(mail => mail.LeaseId).Distinct().ToArray());
        await using var scope = scopes.CreateAsyncScope();
        using var turn = await EnterWriteAsync(scope, CancellationToken.None);
        await Mails(scope).Where(row => ids.Contains(row.Id) && leases.Contains(row.LeaseId)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Attempts, row => row.Attempts - 1)
                .SetProperty(row => row.LeaseId, (Guid?)null)
                .SetProperty(row => row.LeaseUntilUtc, (DateTime?)null),
            CancellationToken.None);
    }

    /// <summary>Whether a mail is there and still leased to whoever took it. Its request may have been erased since.</summary>
    public async Task<bool> IsHeldAsync(OutboxEmail mail, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Mails(scope).AnyAsync(row => row.Id == mail.Id && row.LeaseId == mail.LeaseId, cancellationToken);
    }

    /// <summary>Records what became of a mail, while it is still leased to whoever took it.</summary>
    /// <returns>False when the mail is no longer there: its request was erased while it was being sent.</returns>
    public async Task<bool> CompleteAsync(OutboxEmail mail, OutboxState state, int attempts, DateTime next, DateTime giveUp, string? error)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var turn = await EnterWriteAsync(scope, CancellationToken.None);
        var sent = state == OutboxState.Sent ? Now : (DateTime?)null;
        var recorded = await Mails(scope).Where(row => row.Id == mail.Id && row.LeaseId == mail.LeaseId).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.State, state)
                .SetProperty(row => row.Attempts, attempts)
                .SetProperty(row => row.NextAttemptUtc, next)
                .SetProperty(row => row.GiveUpUtc, giveUp)
                .SetProperty(row => row.SentUtc, sent)
                .SetProperty(row => row.LastError, error)
                .SetProperty(row => row.LeaseId, (Guid?)null)
                .SetProperty(row => row.LeaseUntilUtc, (DateTime?)null),
            CancellationToken.None);
        return recorded == 1 || await Mails(scope).AnyAsync(row => row.Id == mail.Id, CancellationToken.None);
    }

    /// <summary>
    /// A next attempt, or the end of a lease, further away than any can be was set by a clock that has been put back since; its mail is due
    /// too.
    /// </summary>
    private IQueryable<OutboxEmail> Due(AsyncServiceScope scope, DateTime now, Guid[] except)
    {
        var (beyond, tooLong) = (now + OutboxEmail.LongestWait, now + longestSend + Wait);
        return Mails(scope).Where(mail => mail.State == OutboxState.Waiting
            && (mail.NextAttemptUtc <= now || mail.NextAttemptUtc > beyond)
            && (mail.LeaseUntilUtc == null || mail.LeaseUntilUtc <= now || mail.LeaseUntilUtc > tooLong)
            && !except.Contains(mail.Id));
    }

    private static Task<IDisposable> EnterWriteAsync(AsyncServiceScope scope, CancellationToken cancellationToken) =>
        scope.ServiceProvider.GetRequiredService<SiteDbContext>().EnterBulkWriteAsync(cancellationToken);

    private static DbSet<OutboxEmail> Mails(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<SiteDbContext>().Set<OutboxEmail>();
}
