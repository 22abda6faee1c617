using Microsoft.EntityFrameworkCore.Diagnostics;

namespace PhysioSite.Data;

/// <summary>
/// Lets one writer of this process at a time to the database, checkpoints included, since those happen inside a commit. Every
/// <c>SaveChanges</c> goes through it by itself; a bulk update enters it explicitly. docs/decisions/0003-sqlite-wal-one-writer.md says why.
/// </summary>
public sealed class WriteGate : SaveChangesInterceptor, IDisposable
{
    private readonly SemaphoreSlim _free = new(1, 1);

    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Turn(_free);
    }

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context?.Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException("A transaction that is begun before SaveChanges would wait for the gate while others wait for it. Save everything at once instead.");
        }

        await _free.WaitAsync(cancellationToken);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        _free.Release();
        return ValueTask.FromResult(result);
    }

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        _free.Release();
        return Task.CompletedTask;
    }

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        _free.Release();
        return Task.CompletedTask;
    }

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result) =>
        throw new NotSupportedException("Use SaveChangesAsync.");

    public void Dispose() => _free.Dispose();

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
