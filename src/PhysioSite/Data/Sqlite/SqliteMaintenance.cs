using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

internal sealed class SqliteMaintenance(DataFolder folder, IInstanceLock locks) : IDatabaseMaintenance
{
    public async Task<string?> FindWriteProblemAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        using var turn = await db.EnterBulkWriteAsync(cancellationToken);
        try
        {
            // The number is not used by the site. Setting it writes a page of the file.
            await db.Database.ExecuteSqlRawAsync("PRAGMA user_version = 1", cancellationToken);
            return null;
        }
        catch (SqliteException e)
        {
            return e.Message;
        }
    }

    public Task<IAsyncDisposable> EnterAloneAsync(CancellationToken cancellationToken)
    {
        // The lock of the data folder is held until the process ends.
        folder.Open();
        return locks.EnterAsync("Start", cancellationToken);
    }

    /// <summary>Truncates the write-ahead log, which contains the bytes of erased rows until then.</summary>
    /// <returns>False when another connection was reading from the log during the whole attempt.</returns>
    public async Task<bool> RemoveErasedDataAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        using var turn = await db.EnterBulkWriteAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) == 0;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
