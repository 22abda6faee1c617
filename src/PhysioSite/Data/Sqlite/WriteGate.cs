namespace PhysioSite.Data.Sqlite;

/// <summary>
/// Serializes the writers of this process. This includes checkpoints, which <see cref="LogCheckpoints"/> or a commit runs.
/// <c>SaveChangesAsync</c> enters the gate automatically; a bulk update or delete enters it with <c>SiteDbContext.EnterBulkWriteAsync</c>.
/// For the reasons see docs/decisions/0003-sqlite-wal-one-writer.md.
/// </summary>
public sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim _free = new(1, 1);

    /// <returns>A handle that leaves the gate on disposal.</returns>
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
