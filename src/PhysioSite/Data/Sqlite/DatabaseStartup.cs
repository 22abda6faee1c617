using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace PhysioSite.Data.Sqlite;

/// <summary>Opens the data folder, brings the database to the newest migration and checks its settings, before anything uses it.</summary>
public sealed class DatabaseStartup(DataFolder folder, IServiceScopeFactory scopes) : IDisposable
{
    /// <summary>Open as long as the site runs: the last connection to close would checkpoint, outside of the gate.</summary>
    private SqliteConnection? _keeper;

    /// <exception cref="StartupException">The folder or the database cannot be used as it must.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        folder.Open();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        await db.Database.OpenConnectionAsync(cancellationToken);
        DurableSqlite.Assert(db.Database.GetDbConnection());

        // The folder's lock keeps other processes out, so a migration lock found here was left by one that was killed.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);

        // MigrateAsync compares the model with the last migration's even where nothing is pending, which would slow down each start.
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            await db.Database.MigrateAsync(cancellationToken);
        }

        _keeper = new SqliteConnection(DurableSqlite.ConnectionString(folder.Database));
        await _keeper.OpenAsync(cancellationToken);
    }

    public void Dispose() => _keeper?.Dispose();
}
