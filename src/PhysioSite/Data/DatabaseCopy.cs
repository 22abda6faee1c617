using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Metadata;

namespace PhysioSite.Data;

/// <summary>A database file that is looked at without changing it: a backup, or that of a running site.</summary>
internal sealed class DatabaseCopy : IAsyncDisposable
{
    private readonly SqliteConnection _connection;

    private DatabaseCopy(SqliteConnection connection)
    {
        _connection = connection;
    }

    /// <exception cref="SqliteException">It is not a database.</exception>
    public static async Task<DatabaseCopy> OpenAsync(string file, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(file));
        await connection.OpenAsync(cancellationToken);
        return new DatabaseCopy(connection);
    }

    /// <exception cref="StartupException">Something in it is damaged.</exception>
    public async Task AssertSoundAsync(CancellationToken cancellationToken)
    {
        if (await ScalarAsync("PRAGMA integrity_check", cancellationToken) is not "ok" and var damage)
        {
            throw new StartupException($"The database file is damaged: {damage}. Use an earlier backup.");
        }

        if (await ScalarAsync("PRAGMA foreign_key_check", cancellationToken) is string table)
        {
            throw new StartupException($"The database file is damaged: rows of {table} belong to nothing. Use an earlier backup.");
        }
    }

    public async Task<long> CountAsync(string table, CancellationToken cancellationToken) =>
        Convert.ToInt64(await ScalarAsync($"SELECT COUNT(*) FROM \"{table}\"", cancellationToken), CultureInfo.InvariantCulture);

    public async Task<IReadOnlyList<string>> MigrationsAsync(CancellationToken cancellationToken)
    {
        var found = new List<string>();
        await foreach (var id in TextsAsync("SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\" ORDER BY \"MigrationId\"", cancellationToken))
        {
            found.Add(id);
        }

        return found;
    }

    /// <summary>Opens sealed values with the keys at hand, the newest rows of each table first.</summary>
    /// <param name="most">Rows of each table to look at.</param>
    /// <returns>How many could be opened, and how many could not.</returns>
    public async Task<(int Opened, int Closed)> TryKeysAsync(IModel model, Seal seal, int most, CancellationToken cancellationToken)
    {
        var (opened, closed) = (0, 0);
        foreach (var (table, column) in SealedColumn.All(model))
        {
            if (await ScalarAsync($"SELECT 1 FROM pragma_table_info('{table}') WHERE name = '{column}'", cancellationToken) is null)
            {
                // From before the column existed.
                continue;
            }

            await foreach (var text in TextsAsync($"SELECT \"{column}\" FROM \"{table}\" WHERE \"{column}\" IS NOT NULL ORDER BY rowid DESC LIMIT {most}", cancellationToken))
            {
                try
                {
                    _ = seal.Open<JsonElement>(text);
                    opened++;
                }
                catch (CryptographicException)
                {
                    closed++;
                }
            }
        }

        return (opened, closed);
    }

    public async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancellationToken) is { } value and not DBNull ? value : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
    }

    private async IAsyncEnumerable<string> TextsAsync(string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            yield return rows.GetString(0);
        }
    }
}
