using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Notifications;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>Erases data past its retention period.</summary>
public sealed partial class Retention(
    SiteDbContext db,
    Erasure erasure,
    ErasedDataPurge purge,
    RetentionGuard guard,
    UntouchedRequests untouched,
    PickupFolder folder,
    OutboxBodies bodies,
    IOptions<RetentionOptions> options,
    TimeProvider time,
    ILogger<Retention> log)
{
    private const int BatchSize = 100;

    /// <summary>Number of concurrency conflicts after which the run stops. The remaining requests are erased on the next day.</summary>
    private const int MaxConflicts = 5;

    /// <summary>Requests past their retention period that are not erased yet, including those protected from erasure.</summary>
    public static IQueryable<AppointmentRequest> PastRetentionPeriod(
        IQueryable<AppointmentRequest> requests,
        RetentionOptions options,
        DateTime now)
    {
        var closedBefore = now.AddDays(-options.ClosedDays);
        var heldBefore = now.AddDays(-options.SpamDays);
        var untouchedBefore = now.AddDays(-options.OpenDays);
        var warnedBefore = now.AddDays(-UntouchedRequests.StepDays);
        return requests.Where(request => request.ErasedUtc == null
            && (((request.State == RequestState.Closed || request.State == RequestState.Withdrawn) && request.ClosedUtc < closedBefore)
                || (AppointmentRequest.WaitingStates.Contains(request.State)
                    && request.ErasureWarnings >= UntouchedRequests.Warnings
                    && request.ChangedUtc < untouchedBefore
                    && request.WarnedUtc < warnedBefore)
                || (request.State == RequestState.Held && request.ChangedUtc < heldBefore)));
    }

    /// <summary>Called when the site starts, before patients can add entries under a wrong clock.</summary>
    public Task BeginAsync(CancellationToken cancellationToken) =>
        guard.InitializeAsync(db, time.GetUtcNow().UtcDateTime, cancellationToken);

    public async Task EraseDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (!await guard.AllowsAsync(db, now, cancellationToken))
        {
            return;
        }

        await untouched.ProcessAsync(now, cancellationToken);
        var (closed, spam) = await EraseRequestsAsync(now, cancellationToken);
        var emails = await DeleteEmailsAsync(now, cancellationToken);
        await DeleteFilesAsync(cancellationToken);
        var dropped = await bodies.DropAsync(now.AddDays(-options.Value.EmailBodyDays), now, cancellationToken);
        if (closed + spam + emails + dropped == 0)
        {
            return;
        }

        LogErased(closed, spam);
        LogDropped(dropped);
        await purge.RunAsync(db, cancellationToken);
    }

    private async Task<(int Closed, int Spam)> EraseRequestsAsync(DateTime now, CancellationToken cancellationToken)
    {
        var (closed, spam, conflicts) = (0, 0, 0);
        while (conflicts < MaxConflicts)
        {
            var batch = await PastRetentionPeriod(db.Set<AppointmentRequest>(), options.Value, now)
                .Where(request => request.RetentionHoldReason == null)
                .Include(request => request.History.Where(happened => happened.Note != null || happened.TimeUtc != null))
                .OrderBy(request => request.Id).Take(BatchSize)
                .ToListAsync(cancellationToken);
            if (batch.Count == 0)
            {
                break;
            }

            var held = batch.Count(request => request.State == RequestState.Held);
            try
            {
                await erasure.EraseAsync(batch, null, now, cancellationToken);
                (closed, spam) = (closed + batch.Count - held, spam + held);
            }
            catch (DbUpdateConcurrencyException)
            {
                conflicts++;
            }
            finally
            {
                db.ChangeTracker.Clear();
            }
        }

        return (closed, spam);
    }

    /// <summary>
    /// Deletes emails that are not deleted with a request: digests, and emails written while their request was being erased.
    /// </summary>
    private async Task<int> DeleteEmailsAsync(DateTime now, CancellationToken cancellationToken)
    {
        var before = now.AddDays(-options.Value.SpamDays);
        var old = await db.Set<OutboxEmail>()
            .Where(email => email.State != OutboxState.Waiting && email.CreatedUtc < before
                && !db.Set<AppointmentRequest>().Any(request => request.Id == email.RequestId && request.ErasedUtc == null))
            .Select(email => new { email.Id, email.Reference })
            .ToListAsync(cancellationToken);
        var day = DateOnly.FromDateTime(before);
        using (await db.EnterBulkWriteAsync(cancellationToken))
        {
            foreach (var some in old.Chunk(BatchSize))
            {
                var ids = some.Select(email => email.Id).ToList();
                await db.Set<OutboxEmail>()
                    .Where(email => ids.Contains(email.Id) && email.State != OutboxState.Waiting)
                    .ExecuteDeleteAsync(cancellationToken);
            }

            await db.Set<ClinicDigest>().Where(digest => digest.Day < day).ExecuteDeleteAsync(cancellationToken);
        }

        foreach (var email in old)
        {
            folder.Delete(email.Reference, email.Id);
        }

        return old.Count;
    }

    /// <summary>
    /// Deletes the files of emails that are no longer stored. They remain if the process was killed after it wrote a file and before it
    /// noted that the request was erased.
    /// </summary>
    private async Task DeleteFilesAsync(CancellationToken cancellationToken)
    {
        var files = folder.List().Where(file => IsOfARequest(file.Reference)).ToList();
        var deleted = 0;
        foreach (var some in files.Chunk(BatchSize))
        {
            var references = some.Select(file => file.Reference).Distinct().ToList();
            var stored = await db.Set<OutboxEmail>()
                .Where(email => references.Contains(email.Reference))
                .Select(email => new { email.Id, email.Reference })
                .ToListAsync(cancellationToken);
            var known = stored.Select(email => (email.Reference, PickupFolder.Tail(email.Id))).ToHashSet();
            foreach (var file in some.Where(file => !known.Contains((file.Reference, file.Tail))))
            {
                folder.Delete(file.Path);
                deleted++;
            }
        }

        if (deleted > 0)
        {
            LogFilesDeleted(deleted);
        }
    }

    /// <summary>The files of other emails, for example of a test, are left alone.</summary>
    private static bool IsOfARequest(string reference) =>
        Reference.IsOne(reference)
        || reference.StartsWith(RequestNotifications.DigestPrefix, StringComparison.Ordinal)
        || reference.StartsWith(RequestNotifications.ManyRequestsPrefix, StringComparison.Ordinal)
        || reference.StartsWith(RequestNotifications.UnansweredPrefix, StringComparison.Ordinal)
        || reference.StartsWith(RequestNotifications.ErasurePrefix, StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention deleted {Files} files of emails that are no longer stored")]
    private partial void LogFilesDeleted(int files);

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention dropped the bodies of {Emails} sent emails")]
    private partial void LogDropped(int emails);

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention erased {Closed} closed requests and {Spam} held ones")]
    private partial void LogErased(int closed, int spam);
}
