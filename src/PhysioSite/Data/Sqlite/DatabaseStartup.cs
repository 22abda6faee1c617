using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

/// <summary>
/// Opens the data folder, applies pending migrations, and verifies the database settings and the keys before any other component uses the
/// database.
/// </summary>
internal sealed class DatabaseStartup(DataFolder folder, KeyFolder files, KeyCheck keys, IServiceScopeFactory scopes)
    : IDatabaseStartup, IDisposable
{
    /// <summary>
    /// A connection that stays open while the site runs. Without it, the last connection to close runs a checkpoint outside the write gate
    /// and deletes the log. SQLite counts a connection once it has read something.
    /// </summary>
    private SqliteConnection? _keeper;

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        folder.Open();
        AssertIsNotEmpty();
        if (!File.Exists(folder.Database))
        {
            // SQLite gives its other files the permissions and the owner of this one.
            PrivateFile.Create(folder.Database);
        }

        try
        {
            await OpenAsync(cancellationToken);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT)
        {
            throw new StartupException(
                $"The database file {folder.Database} is damaged: {e.Message} "
                + "Keep a copy of it, then restore a backup (command \"restore\").",
                e);
        }
        catch (Exception e) when (e is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL }
            || (e is StartupException && IsDiskFull()))
        {
            throw new StartupException($"The disk of {folder.Path} is full. Make room, or move the folder and set Data:Folder.", e);
        }
        catch (SqliteException e) when (e.SqliteErrorCode
            is SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM)
        {
            throw new StartupException($"The database file {folder.Database} cannot be used: {e.Message} {folder.Ownership()}", e);
        }
    }

    /// <summary>SQLite then refuses a setting, such as the write-ahead log, without the reason.</summary>
    private bool IsDiskFull() => new DriveInfo(folder.Path).AvailableFreeSpace == 0;

    public void Dispose() => _keeper?.Dispose();

    /// <summary>An empty file next to keys is a database that was lost, not a new site.</summary>
    private void AssertIsNotEmpty()
    {
        if (File.Exists(folder.Database)
            && new FileInfo(folder.Database).Length == 0
            && files.Count() > 0)
        {
            throw new StartupException(
                $"The database file {folder.Database} is empty, but there are keys in {folder.Keys}, so the data was lost. Delete the "
                + "empty file and restore a backup (command \"restore\"). For a new site, use an empty data folder.");
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        await db.Database.OpenConnectionAsync(cancellationToken);
        DurableSqlite.Assert(db.Database.GetDbConnection());
        if ((await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).Any())
        {
            throw new StartupException(
                $"The database {folder.Database} is of a newer version of the program. Run that version, or restore a backup of this one.");
        }

        // The lock of the data folder excludes other processes, so an existing migration lock was left by a process that was killed.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);

        // MigrateAsync compares the model with the last migration even when no migration is pending, which slows down each startup.
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            await db.Database.MigrateAsync(cancellationToken);
        }

        await keys.AssertAsync(db, folder.Ownership(), cancellationToken);
        _keeper = new SqliteConnection(DurableSqlite.ConnectionString(folder.Database));
        await _keeper.OpenAsync(cancellationToken);
        DurableSqlite.Apply(_keeper);
    }
}
