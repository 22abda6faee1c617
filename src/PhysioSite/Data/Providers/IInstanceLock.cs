namespace PhysioSite.Data.Providers;

/// <summary>Excludes the other instances of the site that use the same database.</summary>
public interface IInstanceLock
{
    /// <summary>Waits until no other instance holds the lock.</summary>
    /// <returns>A handle that releases the lock on disposal.</returns>
    public Task<IAsyncDisposable> EnterAsync(string name, CancellationToken cancellationToken);

    /// <returns>A handle that releases the lock on disposal. Null when another instance holds it.</returns>
    public Task<IAsyncDisposable?> TryEnterAsync(string name, CancellationToken cancellationToken);
}
