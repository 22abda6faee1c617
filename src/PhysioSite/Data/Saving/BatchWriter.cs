using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Metrics;
using PhysioSite.Data.Providers;
using PhysioSite.Telemetry;

namespace PhysioSite.Data.Saving;

/// <summary>
/// Saves new rows of several callers in one commit. For the measurement see docs/decisions/0022-new-requests-in-batches.md.
/// </summary>
public sealed class BatchWriter
{
    private const int MaxBatch = 64;

    /// <summary>The fewest callers in a batch that make the writer busy.</summary>
    private const int BusyBatch = 16;

    /// <summary>How long the writer counts as busy after such a batch.</summary>
    private static readonly TimeSpan BusyFor = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly IServiceScopeFactory _scopes;
    private readonly ISavedRowsObserver[] _observers;
    private readonly DatabaseTelemetry? _telemetry;
    private readonly BatchQueue<AddedRows, bool> _queue;
    private long _lastBusy;

    /// <param name="telemetry">Null when measurements are not exported.</param>
    internal BatchWriter(IServiceScopeFactory scopes, IEnumerable<ISavedRowsObserver> observers, DatabaseTelemetry? telemetry = null)
    {
        (_scopes, _observers, _telemetry) = (scopes, [.. observers], telemetry);
        _queue = new(MaxBatch, WriteAsync);
    }

    /// <summary>Whether so many callers save at the same time that other work should wait.</summary>
    public bool IsBusy => Volatile.Read(ref _lastBusy) is > 0 and var last && Stopwatch.GetElapsedTime(last) < BusyFor;

    /// <summary>
    /// Saves the rows that were added to a context, all or none. They are on disk when the task completes. The context tracks nothing
    /// afterwards, whether or not they were saved. Rows that an added entity was given after it was added are not searched.
    /// </summary>
    /// <param name="insert">A statement that inserts further rows with them, ending with a semicolon, or empty.</param>
    /// <exception cref="InvalidOperationException">The context has other changes, which a batch cannot contain.</exception>
    /// <exception cref="DbUpdateException">These rows cannot be saved. The rows of other callers are not affected.</exception>
    public async Task SaveAddedAsync(SiteDbContext db, string insert)
    {
        var rows = TakeAdded(db);
        using var trace = SiteTelemetry.Traces.StartActivity("save in batch");
        await _queue.ProcessAsync(new(rows, insert));
    }

    /// <summary>
    /// Waits while so many callers save at the same time that the processor has no time for other work. It waits a second at most, so that
    /// other work goes on slowly.
    /// </summary>
    public async Task WaitWhileBusyAsync(CancellationToken cancellationToken)
    {
        for (var begun = Stopwatch.GetTimestamp(); IsBusy && Stopwatch.GetElapsedTime(begun) < LongestWait;)
        {
            await Task.Delay(BusyFor, cancellationToken);
        }
    }

    private static List<NewRow> TakeAdded(SiteDbContext db)
    {
        var tracker = db.ChangeTracker;
        try
        {
            tracker.AutoDetectChangesEnabled = false;
            if (tracker.Entries().Any(row => row.State != EntityState.Added))
            {
                tracker.DetectChanges();
            }

            db.EncryptNewValues(db.Encryption);
            return
            [
                .. tracker.Entries().Where(row => row.State != EntityState.Unchanged).Select(row => row.State == EntityState.Added
                    ? NewRow.Of(row)
                    : throw new InvalidOperationException($"A batch cannot contain a row that is {row.State}.")),
            ];
        }
        finally
        {
            tracker.Clear();
            tracker.AutoDetectChangesEnabled = true;
        }
    }

    private async Task WriteAsync(IReadOnlyList<Batched<AddedRows, bool>> batch)
    {
        if (batch.Count >= BusyBatch)
        {
            Volatile.Write(ref _lastBusy, Stopwatch.GetTimestamp());
        }

        var rows = batch.SelectMany(entry => entry.Item.Rows).ToList();
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
            using (await db.EnterBulkWriteAsync(CancellationToken.None))
            {
                var inserts = batch.Select(entry => entry.Item.Insert).Where(insert => insert.Length > 0).ToList();
                await db.Database.CreateExecutionStrategy().ExecuteAsync(() => InsertAsync(db.Database, rows, inserts));
            }
        }
        catch (DbException e) when (ConstraintViolation.Is(e))
        {
            if (batch.Count == 1)
            {
                throw new DbUpdateException("A row violates a constraint.", e);
            }

            await WriteOneByOneAsync(batch);
            return;
        }

        foreach (var entry in batch)
        {
            entry.Done.SetResult(true);
        }

        var entities = rows.Select(row => row.Entity).ToList();
        foreach (var observer in _observers)
        {
            observer.OnSaved(entities);
        }
    }

    private async Task InsertAsync(DatabaseFacade database, IReadOnlyList<NewRow> rows, IReadOnlyList<string> inserts)
    {
        await using var transaction = await database.BeginTransactionAsync();
        Task Insert() => InsertStatement.ExecuteAsync(transaction.GetDbTransaction(), rows, inserts);
        await (_telemetry?.MeasureAsync("INSERT", Insert) ?? Insert());
        await transaction.CommitAsync();
    }

    /// <summary>After a row of one caller violated a constraint. Nothing was saved.</summary>
    private async Task WriteOneByOneAsync(IReadOnlyList<Batched<AddedRows, bool>> batch)
    {
        foreach (var entry in batch)
        {
            try
            {
                await WriteAsync([entry]);
            }
            catch (Exception e)
            {
                entry.Done.SetException(e);
            }
        }
    }

    private sealed record AddedRows(IReadOnlyList<NewRow> Rows, string Insert);
}
