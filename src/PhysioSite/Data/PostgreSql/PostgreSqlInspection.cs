using System.Globalization;
using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql;

internal sealed class PostgreSqlInspection(PostgreSqlConnection connection) : IDatabaseInspection
{
    /// <summary>What an instance opens besides its pool, for locks and messages.</summary>
    private const int ConnectionsOutsideThePool = 4;

    public string ReadOnlyConnectionString => connection.ReadOnlyText;

    public string Missing =>
        "The PostgreSQL database has no tables yet. The first start of the site makes them; "
        + "if there should be some, check Database:ConnectionString.";

    public async Task<DatabaseReader?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reader = new DatabaseReader(await connection.OpenAsync(isReadOnly: true, cancellationToken));
            if (await reader.ScalarAsync("""SELECT to_regclass('"__EFMigrationsHistory"') IS NOT NULL""", cancellationToken) is true)
            {
                return reader;
            }

            await reader.DisposeAsync();
            return null;
        }
        catch (NpgsqlException e)
        {
            throw new StartupException(PostgreSqlConnection.Explain(e), e);
        }
    }

    public async Task<string> CheckAsync(DatabaseReader database, CancellationToken cancellationToken)
    {
        string?[] problems =
        [
            await FindStandbyAsync(database, cancellationToken),
            await FindEncodingAsync(database, cancellationToken),
            await FindForeignTablesAsync(database, cancellationToken),
            await FindTooFewConnectionsAsync(database, cancellationToken),
            await FindReplicationProblemAsync(database, cancellationToken),
        ];
        if (problems.OfType<string>().ToList() is { Count: > 0 } found)
        {
            throw new StartupException(string.Join('\n', found));
        }

        var size = await database.ScalarAsync("SELECT pg_database_size(current_database())", cancellationToken);
        var version = await database.ScalarAsync("SHOW server_version", cancellationToken);
        var used = await database.ScalarAsync("SELECT SUM(numbackends)::int FROM pg_stat_database", cancellationToken);
        var most = await CountConnectionsAsync(database, cancellationToken);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"answers, {size:N0} bytes, PostgreSQL {version}, UTF8, the site owns its tables, {used} of {most} connections in use");
    }

    /// <summary>The server knows only of an archive of its write-ahead log.</summary>
    public async Task<string> CheckBackupAsync(DatabaseReader database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await database.ScalarAsync("SHOW archive_mode", cancellationToken) is "off")
        {
            return "PostgreSQL does not record copies made by pg_dump, and does not archive its write-ahead log";
        }

        if (await database.ScalarAsync(
            """
            SELECT to_char(last_failed_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM pg_stat_archiver
            WHERE last_failed_time > COALESCE(last_archived_time, '-infinity')
            """,
            cancellationToken) is string failed)
        {
            throw new StartupException(
                $"The server could not archive its write-ahead log at {failed} UTC. See archive_command, and the log of the server.");
        }

        var archived = await database.ScalarAsync(
            "SELECT to_char(last_archived_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM pg_stat_archiver", cancellationToken);
        return $"the write-ahead log was archived at {archived ?? "no time yet"} (UTC); copies made by pg_dump are not recorded";
    }

    private static async Task<string?> FindStandbyAsync(DatabaseReader database, CancellationToken cancellationToken) =>
        await database.ScalarAsync("SELECT pg_is_in_recovery()", cancellationToken) is true
            ? "The server is a standby, which cannot be written. Set Database:ConnectionString to the primary server; with several hosts, "
                + "add Target Session Attributes=primary."
            : null;

    /// <summary>The role of the site sees how many standbys are connected, and nothing else of them.</summary>
    private async Task<string?> FindReplicationProblemAsync(DatabaseReader database, CancellationToken cancellationToken)
    {
        var waits = await database.ScalarAsync("SHOW synchronous_standby_names", cancellationToken) is not "";
        var standbys = (long)(await database.ScalarAsync("SELECT COUNT(*) FROM pg_stat_replication", cancellationToken))!;
        return (waits, standbys) switch
        {
            (true, 0) =>
                "synchronous_standby_names is set, but no standby is connected, so nothing can be stored. Start the standby, or "
                + "set it to '' and reload the server.",
            (false, _) when connection.HasSeveralHosts =>
                $"Database:ConnectionString names several servers, but what is stored is not on a standby as well ({standbys} connected): "
                + "a failover may lose requests. Connect a standby, and set synchronous_standby_names.",
            _ => null,
        };
    }

    private static async Task<string?> FindEncodingAsync(DatabaseReader database, CancellationToken cancellationToken) =>
        await database.ScalarAsync("SHOW server_encoding", cancellationToken) is not "UTF8" and var encoding
            ? $"The encoding of the database is {encoding}. Restore it into one that was created with --encoding UTF8 --template template0."
            : null;

    /// <summary>A migration changes tables, which only their owner can.</summary>
    private static async Task<string?> FindForeignTablesAsync(DatabaseReader database, CancellationToken cancellationToken)
    {
        var tables = await database.TextsAsync(
            """
            SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND NOT pg_has_role(tableowner, 'USAGE') ORDER BY 1
            """,
            cancellationToken);
        return tables.Count > 0
            ? $"{tables.Count} table(s) belong to another role: {string.Join(", ", tables.Take(3))}{(tables.Count > 3 ? ", ..." : "")}. "
                + "Restore with pg_restore --no-owner --role=..., or run as an administrator of the server: REASSIGN OWNED BY ... TO ..."
            : await database.ScalarAsync("SELECT has_schema_privilege(current_schema(), 'CREATE')", cancellationToken) is true
                ? null
                : "The role of the site may not create tables, so the next version of the program may not start. Let it own the database.";
    }

    private async Task<string?> FindTooFewConnectionsAsync(DatabaseReader database, CancellationToken cancellationToken)
    {
        var pool = new NpgsqlConnectionStringBuilder(connection.Text).MaxPoolSize;
        var most = await CountConnectionsAsync(database, cancellationToken);
        return pool + ConnectionsOutsideThePool > most
            ? $"An instance uses up to {pool} connections and {ConnectionsOutsideThePool} for locks and messages, but the server "
                + $"accepts {most} from all instances. Add Maximum Pool Size to Database:ConnectionString, or raise max_connections."
            : null;
    }

    /// <returns>How many connections the site may open.</returns>
    private static async Task<int> CountConnectionsAsync(DatabaseReader database, CancellationToken cancellationToken) =>
        (int)(await database.ScalarAsync(
            """
            SELECT LEAST(
                current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                    - COALESCE(current_setting('reserved_connections', true), '0')::int,
                NULLIF(rolconnlimit, -1),
                NULLIF(datconnlimit, -1))
            FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()
            """,
            cancellationToken))!;
}
