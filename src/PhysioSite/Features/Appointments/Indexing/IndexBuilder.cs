using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Providers;

namespace PhysioSite.Features.Appointments.Indexing;

/// <summary>
/// Indexes requests that are not in the index: those of an earlier version, and all of them after the secret was replaced. Each batch is
/// one transaction, so that a run that is interrupted is continued by the next. Requests that cannot be read stay unindexed until they can.
/// </summary>
public sealed partial class IndexBuilder(SiteDbContext db, RequestIndex index, TimeProvider time, ILogger<IndexBuilder> log)
{
    private const int BatchSize = 100;

    /// <summary>Passes over what is left. A request that is changed while it is indexed is indexed by the next pass.</summary>
    private const int MaxPasses = 3;

    /// <summary>Gives requests of patients and staff their turn to write.</summary>
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan BetweenLogs = TimeSpan.FromSeconds(30);

    /// <param name="progress">From 0 to 1.</param>
    /// <returns>The number of requests that cannot be read.</returns>
    public async Task<int> RunAsync(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (!await db.Set<AppointmentRequest>().AnyAsync(cancellationToken))
        {
            return 0;
        }

        // A new secret empties the index, so it comes before the search for missing requests.
        await index.LoadAsync(cancellationToken);
        var unreadable = 0;
        for (var pass = 1; pass <= MaxPasses; pass++)
        {
            var missing = await db.Set<AppointmentRequest>().CountAsync(request => request.SearchId == null, cancellationToken);
            if (missing == 0 || (pass > 1 && missing == unreadable))
            {
                return missing;
            }

            unreadable = await RunPassAsync(missing, progress, cancellationToken);
        }

        return unreadable;
    }

    private async Task<int> RunPassAsync(int missing, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var (done, unreadable, nextLog) = (0, 0, time.GetUtcNow() + BetweenLogs);
        Guid? last = null;
        while (true)
        {
            // The newest first: staff look for them most often. IDs are generated in chronological order.
            var batch = await db.Set<AppointmentRequest>().AsNoTracking()
                .Where(request => request.SearchId == null && (last == null || request.Id < last))
                .OrderByDescending(request => request.Id)
                .Take(BatchSize)
                .ToListAsync(cancellationToken);
            if (batch.Count == 0)
            {
                break;
            }

            last = batch[^1].Id;
            unreadable += await StoreAsync(batch, cancellationToken);
            done += batch.Count;
            progress?.Report((double)done / missing);
            if (time.GetUtcNow() >= nextLog)
            {
                LogProgress(done, missing);
                nextLog = time.GetUtcNow() + BetweenLogs;
            }

            await Task.Delay(BetweenBatches, CancellationToken.None);
        }

        LogDone(done - unreadable, unreadable);
        return unreadable;
    }

    /// <returns>The number of requests that cannot be read.</returns>
    private async Task<int> StoreAsync(List<AppointmentRequest> batch, CancellationToken cancellationToken)
    {
        var readable = batch.Where(request => request.IsErased || request.Details.IsReadable).ToList();
        try
        {
            using var turn = await db.EnterBulkWriteAsync(cancellationToken);
            await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                foreach (var request in readable)
                {
                    await StoreAsync(request, cancellationToken);
                }

                await transaction.CommitAsync(cancellationToken);
            });
        }
        catch (DbException e) when (ConstraintViolation.Is(e))
        {
            // Two numbers were the same by chance. The next pass takes others.
        }

        return batch.Count - readable.Count;
    }

    private async Task StoreAsync(AppointmentRequest request, CancellationToken cancellationToken)
    {
        var (id, version, number) = (request.Id, request.Version, SearchId.New(request.ReceivedUtc));
        var details = request.IsErased ? null : request.Details.Value;
        var keys = details is null ? new ContactKeys(null, null) : index.KeysOf(details);
        var language = details?.Language ?? "";
        var stored = await db.Set<AppointmentRequest>()
            .Where(stored => stored.Id == id && stored.Version == version && stored.SearchId == null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(stored => stored.SearchId, (long?)number)
                    .SetProperty(stored => stored.PhoneKey, keys.Phone)
                    .SetProperty(stored => stored.EmailKey, keys.Email)
                    .SetProperty(stored => stored.Language, language),
                cancellationToken);
        if (stored == 1 && details is not null && index.InsertTerms(number, details) is { Length: > 0 } insert)
        {
            await db.Database.ExecuteSqlRawAsync(insert, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Indexing requests for the staff search: {Done} of {Missing}")]
    private partial void LogProgress(int done, int missing);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Indexed {Indexed} requests for the staff search; {Unreadable} others cannot be read")]
    private partial void LogDone(int indexed, int unreadable);
}
