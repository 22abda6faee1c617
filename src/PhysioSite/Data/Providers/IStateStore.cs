namespace PhysioSite.Data.Providers;

/// <summary>Small texts that the site keeps about itself. All instances have the same.</summary>
public interface IStateStore
{
    /// <returns>Null when there is none, or it cannot be read.</returns>
    /// <exception cref="System.Data.Common.DbException">The database does not answer.</exception>
    public Task<string?> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Stores a text in place of the one that the caller has read.</summary>
    /// <param name="earlier">What was read.</param>
    /// <returns>False when it was changed since then. Nothing is stored.</returns>
    /// <exception cref="System.Data.Common.DbException">The database does not answer.</exception>
    public Task<bool> TryReplaceAsync(string name, string? earlier, string value, CancellationToken cancellationToken);
}
