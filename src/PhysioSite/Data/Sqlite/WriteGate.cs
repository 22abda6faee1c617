namespace PhysioSite.Data.Sqlite;

/// <summary>
/// Lets one writer of this process at a time to the database, checkpoints included, since those happen inside a commit. Every
/// <c>SaveChangesAsync</c> goes through it by itself; a bulk update or delete enters it by <c>SiteDbContext.EnterBulkWriteAsync</c>. docs/decisions/0003-sqlite-wal-one-writer.md
/// says why.
/// </summary>
public sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim _free = new(1, 1);

    /// <returns>The writer's turn, which ends when it is disposed.</returns>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Turn(_free);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
