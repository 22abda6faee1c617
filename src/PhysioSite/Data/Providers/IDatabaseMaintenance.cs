namespace PhysioSite.Data.Providers;

/// <summary>What the running site needs from its database besides queries.</summary>
public interface IDatabaseMaintenance
{
    /// <summary>Tries a write that changes nothing of the data.</summary>
    /// <returns>Why the database cannot be written. Null when it can.</returns>
    public Task<string?> FindWriteProblemAsync(SiteDbContext db, CancellationToken cancellationToken);

    /// <summary>For a command that changes the whole database: makes sure that the site is stopped, and keeps it from starting.</summary>
    /// <returns>A handle that lets the site start again on disposal.</returns>
    /// <exception cref="StartupException">The site is running.</exception>
    public Task<IAsyncDisposable> EnterAloneAsync(CancellationToken cancellationToken);

    /// <summary>Removes erased rows that the database still keeps.</summary>
    /// <returns>False when a reader prevented it.</returns>
    public Task<bool> RemoveErasedDataAsync(SiteDbContext db, CancellationToken cancellationToken);
}
