using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace PhysioSite.Data.Sqlite;

/// <summary>Truncates the write-ahead log of SQLite, which contains the bytes of erased rows until then.</summary>
internal static class WalCheckpoint
{
    /// <returns>False when another connection was reading from the log during the whole attempt.</returns>
    public static async Task<bool> TruncateAsync(SiteDbContext db, CancellationToken cancellationToken)
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
