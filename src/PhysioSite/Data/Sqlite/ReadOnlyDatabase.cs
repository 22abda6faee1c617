using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Metadata;
using PhysioSite.Data.Encryption;

namespace PhysioSite.Data.Sqlite;

/// <summary>Opens a database file for reading without changing it: a backup or the database of a running site.</summary>
internal sealed class ReadOnlyDatabase : IAsyncDisposable
{
    private readonly SqliteConnection _connection;

    private ReadOnlyDatabase(SqliteConnection connection)
    {
        _connection = connection;
    }

    /// <exception cref="SqliteException">The file is not a database.</exception>
    public static async Task<ReadOnlyDatabase> OpenAsync(string file, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(file));
        await connection.OpenAsync(cancellationToken);
        return new ReadOnlyDatabase(connection);
    }

    /// <exception cref="StartupException">The database is damaged.</exception>
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

    public Task<IReadOnlyList<string>> MigrationsAsync(CancellationToken cancellationToken) =>
        TextsAsync("SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\" ORDER BY \"MigrationId\"", cancellationToken);

    /// <summary>The first column of every row.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            texts.Add(rows.GetString(0));
        }

        return texts;
    }

    /// <summary>Decrypts every encrypted value with the available keys.</summary>
    public async Task<EncryptionReport> TryKeysAsync(
        IModel model,
        ColumnEncryption encryption,
        IEnumerable<Guid> keys,
        CancellationToken cancellationToken)
    {
        var known = keys.ToHashSet();
        var readable = 0;
        var unreadable = new List<EncryptedCell>();
        var missing = new Dictionary<Guid, int>();
        foreach (var column in EncryptedColumn.All(model))
        {
            var find = $"SELECT 1 FROM pragma_table_info('{column.Table}') WHERE name = '{column.Column}'";
            if (await ScalarAsync(find, cancellationToken) is null)
            {
                // The database is older than this column.
                continue;
            }

            await using var command = _connection.CreateCommand();
            command.CommandText = $"""SELECT "Id", "{column.Column}" FROM "{column.Table}" WHERE "{column.Column}" IS NOT NULL""";
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                var (cell, text) = (column.Cell(rows.GetGuid(0)), rows.GetString(1));
                if (column.CanRead(text, encryption, cell))
                {
                    readable++;
                    continue;
                }

                unreadable.Add(cell);
                if (ColumnEncryption.KeyOf(text) is { } key && !known.Contains(key))
                {
                    missing[key] = missing.GetValueOrDefault(key) + 1;
                }
            }
        }

        // A damaged value may contain the id of a key that never existed. A missing key is reported when more than one value names it, or
        // when no value can be read.
        return new EncryptionReport(readable, unreadable, [.. missing.Where(key => key.Value > 1 || readable == 0).Select(key => key.Key)]);
    }

    public async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        var value = await SqliteInterrupt.RunAsync(
            _connection,
            () => command.ExecuteScalarAsync(cancellationToken),
            cancellationToken);
        return value is DBNull ? null : value;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
    }
}

/// <param name="MissingKeys">Keys that values of the database were encrypted with and that are not available.</param>
internal sealed record EncryptionReport(int Readable, IReadOnlyList<EncryptedCell> Unreadable, IReadOnlyList<Guid> MissingKeys)
{
    public int Total => Readable + Unreadable.Count;

    /// <summary>The first unreadable rows, for example "Details of AppointmentRequests 0193...".</summary>
    public string Examples =>
        string.Join(", ", Unreadable.Take(3).Select(cell => $"{cell.Column} of {cell.Table} {cell.Id}"))
        + (Unreadable.Count > 3 ? ", ..." : "");
}
