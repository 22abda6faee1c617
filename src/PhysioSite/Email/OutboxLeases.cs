using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Email;

/// <summary>
/// Who is at work on which mail. Mails are leased with one conditional update, so that no two senders have the same, and what became of one is
/// recorded only by the sender that still has it.
/// </summary>
internal sealed class OutboxLeases(IServiceScopeFactory scopes, WriteGate gate, TimeProvider time, TimeSpan longestSend)
{
    private const int Batch = 16;

    /// <summary>How long a leased mail may wait for its turn.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Leases mails that are due: first those never tried, then those that have waited longest.</summary>
    /// <param name="except">Those still being sent, whatever the clock says about their lease.</param>
    public async Task<IReadOnlyList<OutboxMail>> TakeAsync(Guid[] except, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (!await Due(scope, Now, except).AnyAsync(cancellationToken))
        {
            return [];
        }

        var lease = Guid.NewGuid();
        using (await gate.EnterAsync(cancellationToken))
        {
            // Not cancelled halfway: what has been leased must be known, to be given back.
            var now = Now;
            await Due(scope, now, except).OrderBy(mail => mail.Attempts > 0).ThenBy(mail => mail.NextAttemptUtc).Take(Batch).ExecuteUpdateAsync(
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
    public bool IsLongEnough(OutboxMail mail) => mail.LeaseUntilUtc - longestSend >= Now;

    /// <summary>As if they had never been taken.</summary>
    public async Task GiveBackAsync(IReadOnlyCollection<OutboxMail> mails)
    {
        if (mails.Count == 0)
        {
            return;
        }

        var (ids, leases) = (mails.Select(mail => mail.Id).ToArray(), mails.Select(mail => mail.LeaseId).Distinct().ToArray());
        await using var scope = scopes.CreateAsyncScope();
        using var turn = await gate.EnterAsync(CancellationToken.None);
        await Mails(scope).Where(row => ids.Contains(row.Id) && leases.Contains(row.LeaseId)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Attempts, row => row.Attempts - 1)
                .SetProperty(row => row.LeaseId, (Guid?)null)
                .SetProperty(row => row.LeaseUntilUtc, (DateTime?)null),
            CancellationToken.None);
    }

    /// <summary>Whether a mail is there and still leased to whoever took it. Its request may have been erased since.</summary>
    public async Task<bool> IsHeldAsync(OutboxMail mail, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Mails(scope).AnyAsync(row => row.Id == mail.Id && row.LeaseId == mail.LeaseId, cancellationToken);
    }

    /// <summary>Records what became of a mail, while it is still leased to whoever took it.</summary>
    /// <returns>False when the mail is no longer there: its request was erased while it was being sent.</returns>
    public async Task<bool> SettleAsync(OutboxMail mail, OutboxState state, int attempts, DateTime next, DateTime giveUp, string? error)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var turn = await gate.EnterAsync(CancellationToken.None);
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
    private IQueryable<OutboxMail> Due(AsyncServiceScope scope, DateTime now, Guid[] except)
    {
        var (beyond, tooLong) = (now + OutboxMail.LongestWait, now + longestSend + Wait);
        return Mails(scope).Where(mail => mail.State == OutboxState.Waiting
            && (mail.NextAttemptUtc <= now || mail.NextAttemptUtc > beyond)
            && (mail.LeaseUntilUtc == null || mail.LeaseUntilUtc <= now || mail.LeaseUntilUtc > tooLong)
            && !except.Contains(mail.Id));
    }

    private static DbSet<OutboxMail> Mails(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<SiteDbContext>().Set<OutboxMail>();
}
