using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Telemetry;

namespace PhysioSite.Data;

/// <summary>
/// Saves new rows of several callers in one commit. For the measurement see docs/decisions/0022-new-requests-in-batches.md.
/// </summary>
public sealed class BatchWriter
{
    private const int MaxBatch = 64;

    private readonly IServiceScopeFactory _scopes;
    private readonly BatchQueue<AddedRows, bool> _queue;

    public BatchWriter(IServiceScopeFactory scopes)
    {
        _scopes = scopes;
        _queue = new(MaxBatch, WriteAsync);
    }

    /// <summary>
    /// Saves the rows that were added to a context, all or none. They are on disk when the task completes. The context tracks nothing
    /// afterwards, whether or not they were saved.
    /// </summary>
    /// <param name="insert">A statement that inserts further rows with them, ending with a semicolon, or empty.</param>
    /// <exception cref="InvalidOperationException">The context has other changes, which a batch cannot contain.</exception>
    /// <exception cref="DbUpdateException">These rows cannot be saved. The rows of other callers are not affected.</exception>
    public async Task SaveAddedAsync(SiteDbContext db, string insert)
    {
        db.EncryptNewValues(db.Encryption);
        var rows = new List<object>();
        foreach (var row in db.ChangeTracker.Entries().Where(row => row.State != EntityState.Unchanged))
        {
            rows.Add(row.State == EntityState.Added
                ? row.Entity
                : throw new InvalidOperationException($"A batch cannot contain a row that is {row.State}."));
        }

        db.ChangeTracker.Clear();
        using var trace = SiteTelemetry.Traces.StartActivity("save in batch");
        await _queue.ProcessAsync(new(rows, insert));
    }

    private async Task WriteAsync(IReadOnlyList<Batched<AddedRows, bool>> batch)
    {
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();

            // All rows are new, so there are no changes to detect.
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            db.AddRange(batch.SelectMany(entry => entry.Item.Rows));
            await db.SaveChangesAndExecuteAsync(string.Concat(batch.Select(entry => entry.Item.Insert)));
        }
        catch (DbUpdateException e) when (batch.Count > 1 && ConstraintViolation.Is(e))
        {
            await WriteOneByOneAsync(batch);
            return;
        }

        foreach (var entry in batch)
        {
            entry.Done.SetResult(true);
        }
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

    private sealed record AddedRows(IReadOnlyList<object> Rows, string Insert);
}
