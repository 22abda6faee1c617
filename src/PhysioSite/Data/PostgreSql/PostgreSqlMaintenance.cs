using Microsoft.EntityFrameworkCore;
using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql;

internal sealed class PostgreSqlMaintenance(PostgreSqlConnection database, IInstanceLock locks) : IDatabaseMaintenance
{
    /// <summary>The server ends a closed connection a moment later.</summary>
    private const int EndingAttempts = 20;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

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

    /// <summary>An instance that starts waits for the lock of the start. A running one has connections of the same name.</summary>
    public async Task<IAsyncDisposable> EnterAloneAsync(CancellationToken cancellationToken)
    {
        var turn = await locks.EnterAsync(PostgreSqlStartup.LockName, cancellationToken);
        await using var connection = await database.OpenAsync(isReadOnly: true, cancellationToken);

        // Without those of this process: this connection and those that hold a lock or are closed by now.
        await using var command = new NpgsqlCommand(
            """
            SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = current_setting('application_name')
                AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted) AND pid <> pg_backend_pid()
            """,
            connection);
        for (var attempt = 1; attempt <= EndingAttempts; attempt++)
        {
            if ((long)(await command.ExecuteScalarAsync(cancellationToken))! == 0)
            {
                return turn;
            }

            await Task.Delay(BetweenAttempts, cancellationToken);
        }

        await turn.DisposeAsync();
        throw new StartupException("The site is running: it has connections to the database. Stop every instance, and try again.");
    }

    /// <summary>
    /// Removes the dead versions of rows, also of those that were derived from erased values. Their bytes stay in the write-ahead log and
    /// in its archive until the server removes these.
    /// </summary>
    public async Task<bool> RemoveErasedDataAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        var tables = db.Model.GetEntityTypes().Select(entity => $"\"{entity.GetTableName()}\"").Distinct();
        var sql = $"VACUUM {string.Join(", ", tables)}";
        await db.Database.ExecuteSqlRawAsync(sql, cancellationToken);
        return true;
    }
}
