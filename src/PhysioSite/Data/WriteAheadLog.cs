using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace PhysioSite.Data;

/// <summary>SQLite's write-ahead log, which still has the bytes of what was erased until it is emptied.</summary>
public sealed class WriteAheadLog(SiteDbContext db, WriteGate gate)
{
    /// <summary>Moves what it has into the database and cuts the file to nothing.</summary>
    /// <returns>False when somebody was reading from it all the time: the log is emptied the next time.</returns>
    public async Task<bool> EmptyAsync(CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
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
