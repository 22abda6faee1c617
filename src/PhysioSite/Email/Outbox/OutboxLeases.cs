using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Saving;
using PhysioSite.Data.Providers;

namespace PhysioSite.Email.Outbox;

/// <summary>
/// Leases emails to one sender at a time. A conditional update takes the lease, so that two senders never hold the same email. The outcome
/// is recorded only while the lease is held.
/// </summary>
/// <remarks>
/// The lease of a sender that was killed expires, and another sender takes it over. But after an outage of the database, a sender may be
/// alive whose lease has expired, and which has yet to record that its email was sent. A lease is therefore taken over only by an instance
/// that has reached the database for <see cref="TimeToRecord"/> without an interruption.
/// </remarks>
internal sealed class OutboxLeases
{
    private const int Batch = 64;

    /// <summary>The maximum time that a leased email may wait before it is sent.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time that a sender has to record an outcome once the database can be reached: it may still wait for a command that gets no
    /// answer, then for its cancellation and for a new connection. Also the minimum time between the end of an attempt and that of its
    /// lease, in which an interruption may be too short for another instance to notice.
    /// </summary>
    private static readonly TimeSpan TimeToRecord = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How far the clock of another instance may be ahead. It also covers the time between reading the clock and taking a lease, in which
    /// another instance may have taken one.
    /// </summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private static readonly ProviderQuery<Func<SiteDbContext, Guid, Guid?, Task<bool>>> Holds =
        new(() => EF.CompileAsyncQuery((SiteDbContext db, Guid id, Guid? lease) =>
            db.Set<OutboxEmail>().Any(row => row.Id == id && row.LeaseId == lease)));

    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _time;
    private readonly TimeSpan _longestSend;
    private readonly DatabaseReachability _reachability;
    private readonly BatchQueue<OutboxEmail, bool> _sent;

    public OutboxLeases(IServiceScopeFactory scopes, TimeProvider time, TimeSpan longestSend)
    {
        (_scopes, _time, _longestSend) = (scopes, time, longestSend);
        _reachability = new(time);
        _sent = new(Batch, RecordSentAsync);
    }

    private TimeSpan Length => LongestWait + _longestSend + TimeToRecord;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Leases emails that are due: first those without an attempt, then those with the longest waiting time.</summary>
    /// <param name="except">Emails that are still being sent, even if their lease has expired according to the clock.</param>
    /// <param name="most">How many emails at most.</param>
    public async Task<IReadOnlyList<OutboxEmail>> TakeAsync(Guid[] except, CancellationToken cancellationToken, int most = Batch)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var ids = await FindDueAsync(scope, except, most, cancellationToken);
        _reachability.NoteSuccess();
        if (ids.Length == 0)
        {
            return [];
        }

        var lease = Guid.NewGuid();
        using (await EnterWriteAsync(scope, cancellationToken))
        {
            // The update repeats the condition that each row is due, so that a row is leased only once even with several writers, and none
            // is taken over when the query before has ended an interruption. The update is not cancelled, because the leased rows must be
            // known in order to release them.
            var now = Now;
            var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
            await db.SkipLocked(Due(scope, now, except), ids).ExecuteUpdateAsync(
                set => set
                    .SetProperty(email => email.LeaseId, lease)
                    .SetProperty(email => email.LeaseUntilUtc, now + Length)
                    .SetProperty(email => email.Attempts, email => email.Attempts + 1),
                CancellationToken.None);
        }

        return await ReadConfirmedAsync(
            scope,
            emails => emails.AsNoTracking().Where(email => ids.Contains(email.Id) && email.LeaseId == lease)
                .OrderBy(email => email.Attempts > 1).ThenBy(email => email.NextAttemptUtc).ToListAsync(CancellationToken.None));
    }

    /// <summary>Whether the remaining time of the lease is long enough to send the email and to record the outcome.</summary>
    public bool IsLongEnough(OutboxEmail email) => email.LeaseUntilUtc - TimeToRecord - _longestSend >= Now;

    /// <summary>Releases leases and restores the state before they were taken.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<OutboxEmail> emails)
    {
        if (emails.Count == 0)
        {
            return;
        }

        var (ids, leases) = (emails.Select(email => email.Id).ToArray(), emails.Select(email => email.LeaseId).Distinct().ToArray());
        await using var scope = _scopes.CreateAsyncScope();
        using var turn = await EnterWriteAsync(scope, CancellationToken.None);
        await Mails(scope).Where(row => ids.Contains(row.Id) && leases.Contains(row.LeaseId)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Attempts, row => row.Attempts - 1)
                .SetProperty(row => row.LeaseId, (Guid?)null)
                .SetProperty(row => row.LeaseUntilUtc, (DateTime?)null),
            CancellationToken.None);
    }

    /// <summary>Whether the email exists and the lease is still held. Its request may have been erased in the meantime.</summary>
    public async Task<bool> IsHeldAsync(OutboxEmail email, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        var isHeld = await Holds.For(db)(db, email.Id, email.LeaseId);
        _reachability.NoteSuccess();
        return isHeld;
    }

    /// <summary>
    /// Records that an email was sent, while its lease is still held, in one commit with others that were sent at the same time.
    /// </summary>
    /// <returns>False when the email no longer exists because its request was erased while it was being sent.</returns>
    public Task<bool> RecordSentAsync(OutboxEmail email) => _sent.ProcessAsync(email);

    /// <summary>Records that an email was not sent, while its lease is still held.</summary>
    /// <returns>False when the email no longer exists because its request was erased while it was being sent.</returns>
    public async Task<bool> RecordNotSentAsync(
        OutboxEmail email, OutboxState state, int attempts, DateTime next, DateTime giveUp, string error)
    {
        await using var scope = _scopes.CreateAsyncScope();
        using var turn = await EnterWriteAsync(scope, CancellationToken.None);
        var recorded = await Mails(scope).Where(row => row.Id == email.Id && row.LeaseId == email.LeaseId).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.State, state)
                .SetProperty(row => row.Attempts, attempts)
                .SetProperty(row => row.NextAttemptUtc, next)
                .SetProperty(row => row.GiveUpUtc, giveUp)
                .SetProperty(row => row.LastError, error)
                .SetProperty(row => row.LeaseId, (Guid?)null)
                .SetProperty(row => row.LeaseUntilUtc, (DateTime?)null),
            CancellationToken.None);
        return recorded == 1
            || await ReadConfirmedAsync(scope, emails => emails.AnyAsync(row => row.Id == email.Id, CancellationToken.None));
    }

    private async Task RecordSentAsync(IReadOnlyList<Batched<OutboxEmail, bool>> sent)
    {
        var (ids, leases) = (sent.Select(entry => entry.Item.Id).ToArray(), sent.Select(entry => entry.Item.LeaseId).Distinct().ToArray());
        await using var scope = _scopes.CreateAsyncScope();
        using var turn = await EnterWriteAsync(scope, CancellationToken.None);
        var now = Now;
        var recorded = await Mails(scope).Where(row => ids.Contains(row.Id) && leases.Contains(row.LeaseId)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.State, OutboxState.Sent)
                .SetProperty(row => row.SentUtc, now)
                .SetProperty(row => row.NextAttemptUtc, now)
                .SetProperty(row => row.LastError, (string?)null)
                .SetProperty(row => row.LeaseId, (Guid?)null)
                .SetProperty(row => row.LeaseUntilUtc, (DateTime?)null),
            CancellationToken.None);
        var stillThere = recorded == ids.Length
            ? ids
            : await ReadConfirmedAsync(
                scope, emails => emails.Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToArrayAsync(CancellationToken.None));
        foreach (var entry in sent)
        {
            entry.Done.SetResult(stillThere.Contains(entry.Item.Id));
        }
    }

    /// <summary>Each query ends when it has found enough in the order of an index, however many emails wait.</summary>
    private async Task<Guid[]> FindDueAsync(AsyncServiceScope scope, Guid[] except, int most, CancellationToken cancellationToken)
    {
        var (now, beyond) = (Now, Now + OutboxEmail.LongestWait);
        var due = Due(scope, now, except);
        var found = new List<Guid>();
        foreach (var emails in new[]
        {
            due.Where(email => email.NextAttemptUtc <= now && email.Attempts == 0),
            due.Where(email => email.NextAttemptUtc <= now && email.Attempts > 0),
            due.Where(email => email.NextAttemptUtc > beyond),
        })
        {
            found.AddRange(await emails.OrderBy(email => email.NextAttemptUtc).Take(most - found.Count).Select(email => email.Id)
                .ToListAsync(cancellationToken));
            if (found.Count == most)
            {
                break;
            }
        }

        return [.. found];
    }

    /// <summary>
    /// The emails that are due. A next attempt or a lease end beyond the longest possible delay was set before the system clock was put
    /// back; such an email is due as well, but not the lease of an instance whose clock is ahead.
    /// </summary>
    private IQueryable<OutboxEmail> Due(AsyncServiceScope scope, DateTime now, Guid[] except)
    {
        var (beyond, tooLong) = (now + OutboxEmail.LongestWait, now + Length + ClockTolerance);
        var mayTakeOver = _reachability.Duration >= TimeToRecord;
        return Mails(scope).Where(email => email.State == OutboxState.Waiting
            && (email.NextAttemptUtc <= now || email.NextAttemptUtc > beyond)
            && (email.LeaseUntilUtc == null || (mayTakeOver && (email.LeaseUntilUtc <= now || email.LeaseUntilUtc > tooLong)))
            && !except.Contains(email.Id));
    }

    /// <summary>
    /// Reads what an earlier attempt of the same change may have stored. It may be lost with the database server until its standby has
    /// confirmed it: another instance would then send the emails again.
    /// </summary>
    private static Task<T> ReadConfirmedAsync<T>(AsyncServiceScope scope, Func<DbSet<OutboxEmail>, Task<T>> read) =>
        scope.ServiceProvider.GetRequiredService<SiteDbContext>()
            .ReadConfirmedAsync(() => read(Mails(scope)), _ => true, CancellationToken.None);

    private static Task<IDisposable> EnterWriteAsync(AsyncServiceScope scope, CancellationToken cancellationToken) =>
        scope.ServiceProvider.GetRequiredService<SiteDbContext>().EnterBulkWriteAsync(cancellationToken);

    private static DbSet<OutboxEmail> Mails(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<SiteDbContext>().Set<OutboxEmail>();
}
