using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace PhysioSite.Data.Sqlite;

/// <summary>
/// Opens the data folder, applies pending migrations and verifies the database settings before any other component uses the database.
/// </summary>
public sealed class DatabaseStartup(DataFolder folder, IServiceScopeFactory scopes) : IDisposable
{
    /// <summary>
    /// A connection that stays open while the site runs. Without it, the last connection to close runs a checkpoint outside the write gate.
    /// </summary>
    private SqliteConnection? _keeper;

    /// <exception cref="StartupException">The folder or the database cannot be used with the required settings.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        folder.Open();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        await db.Database.OpenConnectionAsync(cancellationToken);
        DurableSqlite.Assert(db.Database.GetDbConnection());

        // The lock of the data folder excludes other processes, so an existing migration lock was left by a process that was killed.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);

        // MigrateAsync compares the model with the last migration even when no migration is pending, which slows down each startup.
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            await db.Database.MigrateAsync(cancellationToken);
        }

        _keeper = new SqliteConnection(DurableSqlite.ConnectionString(folder.Database));
        await _keeper.OpenAsync(cancellationToken);
    }

    public void Dispose() => _keeper?.Dispose();
}
