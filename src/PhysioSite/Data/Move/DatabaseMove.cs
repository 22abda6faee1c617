using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.PostgreSql;
using PhysioSite.Data.Providers;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Data.Move;

/// <summary>
/// Copies the database of SQLite and the keys of its folder to an empty PostgreSQL database. Everything, the tables included, is one
/// transaction: a move that is stopped or fails leaves the database empty.
/// </summary>
internal sealed class DatabaseMove : IAsyncDisposable
{
    private readonly SqliteConnection _from;
    private readonly NpgsqlConnection _to;
    private readonly IAsyncDisposable _lock;
    private readonly MovedKeys _keys;
    private NpgsqlTransaction? _transaction;
    private long _rows;

    private DatabaseMove(
        SqliteConnection from, NpgsqlConnection to, IAsyncDisposable @lock, IReadOnlyList<MovedTable> tables, MovedKeys keys)
    {
        (_from, _to, _lock, Tables, _keys) = (from, to, @lock, tables, keys);
    }

    public IReadOnlyList<MovedTable> Tables { get; }

    public long Rows => Tables.Sum(table => table.Copied.Rows);

    public int Keys => _keys.Count;

    /// <summary>
    /// Opens both databases and creates the tables. The data folder must be open, so that no site writes to its database.
    /// </summary>
    /// <param name="from">The services of a site with SQLite.</param>
    /// <param name="to">The services of a site with PostgreSQL.</param>
    /// <exception cref="StartupException">The PostgreSQL database is not empty or cannot be used.</exception>
    public static async Task<DatabaseMove> BeginAsync(IServiceProvider from, IServiceProvider to, CancellationToken cancellationToken)
    {
        var source = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(from.GetRequiredService<DataFolder>().Database));
        var db = to.GetRequiredService<SiteDbContext>();
        var tables = MovedTable.All(from.GetRequiredService<SiteDbContext>().Model, db.Model);
        DatabaseMove? move = null;
        try
        {
            // An instance that starts would create the same tables.
            var start = await to.GetRequiredService<IInstanceLock>().EnterAsync(PostgreSqlStartup.LockName, cancellationToken);
            var target = await to.GetRequiredService<PostgreSqlConnection>().OpenAsync(isReadOnly: false, cancellationToken);
            move = new DatabaseMove(source, target, start, tables, new MovedKeys(from.GetRequiredService<KeyFolder>(), to));
            await move.PrepareAsync(db, cancellationToken);
            return move;
        }
        catch (Exception e)
        {
            await (move?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw e is NpgsqlException fault ? new StartupException(PostgreSqlConnection.Explain(fault), e) : e;
        }
    }

    public async Task CopyAsync(IProgress<double> progress, CancellationToken cancellationToken)
    {
        foreach (var table in Tables)
        {
            _rows += await table.CountAsync(_from, cancellationToken);
        }

        var count = CountTo(_rows, progress);
        foreach (var table in Tables)
        {
            await table.CopyAsync(_from, _to, count, cancellationToken);
        }

        await _keys.CopyAsync(_to, cancellationToken);
        await SetCountersAsync(cancellationToken);
        await ExecuteAsync($"ANALYZE {string.Join(", ", Tables.Select(table => $"\"{table.Name}\""))}", cancellationToken);
    }

    /// <summary>Reads all that was copied back from PostgreSQL and compares it with what was read from SQLite.</summary>
    /// <exception cref="StartupException">They differ.</exception>
    public async Task CompareAsync(IProgress<double> progress, CancellationToken cancellationToken)
    {
        var count = CountTo(_rows, progress);
        foreach (var table in Tables)
        {
            var (expected, found) = (table.Copied, await table.SumAsync(_to, count, cancellationToken));
            if ((found.Rows, found.Sum) != (expected.Rows, expected.Sum))
            {
                throw new StartupException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{table.Name} is not the same in PostgreSQL: {found.Rows} rows with checksum {found.Sum} instead of {expected.Rows} "
                    + $"with {expected.Sum}."));
            }
        }

        if (!await _keys.AreCopiedAsync(_to, cancellationToken))
        {
            throw new StartupException("The keys are not the same in PostgreSQL.");
        }
    }

    /// <summary>Until then, nothing was moved.</summary>
    /// <exception cref="StartupException">The server or its standby did not confirm it, so it may have happened or not.</exception>
    public async Task CommitAsync()
    {
        var isConfirmed = true;
        _to.Notice += (_, warning) => isConfirmed &= !ConfirmedCommits.IsUnconfirmed(warning.Notice);
        try
        {
            await _transaction!.CommitAsync();
        }
        catch (NpgsqlException e)
        {
            throw new StartupException(
                $"The server did not confirm that the move is complete: {e.Message} Run the command again. If it then says that the "
                + "database is not empty, everything was moved.",
                e);
        }

        if (!isConfirmed)
        {
            throw new StartupException(
                "Everything was moved, but the standby of the server has not confirmed it, so it would be lost with the primary server. "
                + "Let the standby connect and catch up before you start the site. Do not run the command again.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
        }

        await _lock.DisposeAsync();
        await _to.DisposeAsync();
        await _from.DisposeAsync();
    }

    /// <returns>Is called for each row.</returns>
    private static Action CountTo(long all, IProgress<double> progress)
    {
        const int between = 1000;
        var done = 0L;
        return () =>
        {
            if (++done % between == 0)
            {
                progress.Report((double)done / all);
            }
        };
    }

    private async Task PrepareAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        await PostgreSqlStartup.AssertSuitableAsync(_to, cancellationToken);
        await AssertEmptyAsync(cancellationToken);
        await _from.OpenAsync(cancellationToken);

        // All tables are read as they are now.
        await using (var begin = new SqliteCommand("BEGIN", _from))
        {
            await begin.ExecuteNonQueryAsync(cancellationToken);
        }

        _transaction = await _to.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(
            db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.NoTransactions), cancellationToken);
    }

    /// <summary>What an extension of the server has created in the database does not count.</summary>
    private async Task AssertEmptyAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
            AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
            ORDER BY 1
            """,
            _to);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            tables.Add(rows.GetString(0));
        }

        if (tables.Count > 0)
        {
            throw new StartupException(
                $"The PostgreSQL database {_to.Database} is not empty. It has {tables.Count} table(s): "
                + $"{string.Join(", ", tables.Take(3))}{(tables.Count > 3 ? ", ..." : "")}. A move that is stopped or fails leaves none, "
                + "so these are of another program, or of a site that was started with it or moved to it. Name a new database; or, if "
                + $"nothing in this one is needed, delete it (dropdb {_to.Database}) and create it again (createdb).");
        }
    }

    /// <summary>The rows were copied with their numbers. The next row gets the next number.</summary>
    private async Task SetCountersAsync(CancellationToken cancellationToken)
    {
        foreach (var table in Tables.Select(table => table.Name).Append(KeyContext.Table))
        {
            await using var columns = new NpgsqlCommand(
                """
                SELECT attname::text FROM pg_attribute
                WHERE attrelid = quote_ident($1)::regclass AND attnum > 0 AND NOT attisdropped
                AND pg_get_serial_sequence(quote_ident($1), attname) IS NOT NULL
                """,
                _to);
            columns.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table });
            if (await columns.ExecuteScalarAsync(cancellationToken) is string column)
            {
                await ExecuteAsync(
                    $"""
                    SELECT setval(
                        pg_get_serial_sequence('"{table}"', '{column}'), COALESCE(MAX("{column}"), 1), MAX("{column}") IS NOT NULL)
                    FROM "{table}"
                    """,
                    cancellationToken);
            }
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _to) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
