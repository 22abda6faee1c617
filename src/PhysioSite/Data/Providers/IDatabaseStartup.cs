namespace PhysioSite.Data.Providers;

/// <summary>Makes the database ready before any other component uses it.</summary>
public interface IDatabaseStartup
{
    /// <summary>Opens the data folder, applies pending migrations, and verifies the database and the keys.</summary>
    /// <exception cref="StartupException">The data folder or the database cannot be used.</exception>
    public Task PrepareAsync(CancellationToken cancellationToken);
}
