using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>Erases data past its retention period.</summary>
public sealed partial class Retention(
    SiteDbContext db, Erasure erasure, PickupFolder folder,
    IOptions<RetentionOptions> options, TimeProvider time, ILogger<Retention> log)
{
    private const int AtOnce = 100;

    /// <summary>Number of concurrency conflicts after which the run stops. The remaining requests are erased on the next day.</summary>
    private const int Tries = 5;

    /// <summary>Requests past their retention period that are not erased yet, including those protected from erasure.</summary>
    public static IQueryable<AppointmentRequest> PastItsTime(IQueryable<AppointmentRequest> requests, RetentionOptions options, DateTime now)
    {
        var closedBefore = now.AddDays(-options.ClosedDays);
        var heldBefore = now.AddDays(-options.SpamDays);
        return requests.Where(request => request.ErasedUtc == null
            && (((request.State == RequestState.Closed || request.State == RequestState.Withdrawn) && request.ClosedUtc < closedBefore)
                || (request.State == RequestState.Held && request.ReceivedUtc < heldBefore)));
    }

    public async Task EraseDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (closed, spam) = await EraseRequestsAsync(now, cancellationToken);
        var mails = await DeleteMailsAsync(now, cancellationToken);
        await DeleteFilesAsync(cancellationToken);
        if (closed + spam + mails == 0)
        {
            return;
        }

        LogErased(closed, spam);
        if (!await db.PurgeErasedAsync(cancellationToken))
        {
            LogStillInLog();
        }
    }

    private async Task<(int Closed, int Spam)> EraseRequestsAsync(DateTime now, CancellationToken cancellationToken)
    {
        var (closed, spam, lost) = (0, 0, 0);
        while (lost < Tries)
        {
            var batch = await PastItsTime(db.Set<AppointmentRequest>(), options.Value, now)
                .Where(request => request.KeepReason == null)
                .Include(request => request.History.Where(happened => happened.Note != null))
                .OrderBy(request => request.Id).Take(AtOnce)
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
                lost++;
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
    private async Task<int> DeleteMailsAsync(DateTime now, CancellationToken cancellationToken)
    {
        var before = now.AddDays(-options.Value.SpamDays);
        var old = await db.Set<OutboxEmail>()
            .Where(mail => mail.State != OutboxState.Waiting && mail.CreatedUtc < before
                && !db.Set<AppointmentRequest>().Any(request => request.Reference == mail.About && request.ErasedUtc == null))
            .Select(mail => new { mail.Id, mail.About })
            .ToListAsync(cancellationToken);
        var day = DateOnly.FromDateTime(before);
        using (await db.EnterBulkWriteAsync(cancellationToken))
        {
            foreach (var some in old.Chunk(AtOnce))
            {
                var ids = some.Select(mail => mail.Id).ToList();
                await db.Set<OutboxEmail>().Where(mail => ids.Contains(mail.Id) && mail.State != OutboxState.Waiting).ExecuteDeleteAsync(cancellationToken);
            }

            await db.Set<ClinicDigest>().Where(digest => digest.Day < day).ExecuteDeleteAsync(cancellationToken);
        }

        foreach (var mail in old)
        {
            folder.Delete(mail.About, mail.Id);
        }

        return old.Count;
    }

    /// <summary>
    /// Deletes the files of emails that are no longer stored. They remain if the process was killed after it wrote a file and before it
    /// noted that the request was erased.
    /// </summary>
    private async Task DeleteFilesAsync(CancellationToken cancellationToken)
    {
        var files = folder.List().Where(file => Reference.IsOne(file.About) || file.About.StartsWith(MorningDigest.About, StringComparison.Ordinal)).ToList();
        var deleted = 0;
        foreach (var some in files.Chunk(AtOnce))
        {
            var abouts = some.Select(file => file.About).Distinct().ToList();
            var stored = await db.Set<OutboxEmail>().Where(mail => abouts.Contains(mail.About)).Select(mail => new { mail.Id, mail.About }).ToListAsync(cancellationToken);
            var known = stored.Select(mail => (mail.About, PickupFolder.Tail(mail.Id))).ToHashSet();
            foreach (var (file, about, tail) in some.Where(file => !known.Contains((file.About, file.Tail))))
            {
                folder.Delete(file);
                deleted++;
            }
        }

        if (deleted > 0)
        {
            LogFilesDeleted(deleted);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention deleted {Files} files of emails that are no longer stored")]
    private partial void LogFilesDeleted(int files);

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention erased {Closed} closed requests and {Spam} held ones")]
    private partial void LogErased(int closed, int spam);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log was being read and could not be emptied; what was erased stays in it until the next run")]
    private partial void LogStillInLog();
}
