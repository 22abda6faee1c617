using Microsoft.EntityFrameworkCore;
using Npgsql;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql;

internal sealed class PostgreSqlMaintenance : IDatabaseMaintenance
{
    public async Task<string?> FindWriteProblemAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            // A message in the write-ahead log that nobody reads. The commit forces it to the disk, and a standby refuses it.
            await db.Database.ExecuteSqlRawAsync("SELECT pg_logical_emit_message(true, 'PhysioSite', '')", cancellationToken);
            return null;
        }
        catch (NpgsqlException e)
        {
            return e.Message;
        }
    }

    /// <summary>
    /// Removes the dead versions of rows from the tables with personal data. Their bytes stay in the write-ahead log and in its archive
    /// until the server removes these.
    /// </summary>
    public async Task<bool> RemoveErasedDataAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        var tables = EncryptedColumn.All(db.Model).Select(column => $"\"{column.Table}\"").Distinct();
        var sql = $"VACUUM {string.Join(", ", tables)}";
        await db.Database.ExecuteSqlRawAsync(sql, cancellationToken);
        return true;
    }
}
