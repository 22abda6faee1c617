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
    public static Task<ReadOnlyDatabase> OpenAsync(string file, CancellationToken cancellationToken) =>
        OpenSourceAsync(file, cancellationToken);

    /// <summary>Opens a file that nobody changes. Unlike with a running site's file, nothing is written beside it.</summary>
    /// <exception cref="SqliteException">The file is not a database.</exception>
    public static Task<ReadOnlyDatabase> OpenBackupAsync(string file, CancellationToken cancellationToken) =>
        OpenSourceAsync($"{new Uri(file).AbsoluteUri}?immutable=1", cancellationToken);

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

    /// <summary>Finds the keys that values of this database were encrypted with and that cannot decrypt them.</summary>
    public Task<IReadOnlyList<LostKey>> FindLostKeysAsync(KeyCheck keys, IModel model, CancellationToken cancellationToken) =>
        keys.FindLostAsync(_connection, model, cancellationToken);

    /// <summary>Decrypts every encrypted value with the available keys.</summary>
    public async Task<EncryptionReport> DecryptAllAsync(IModel model, ColumnEncryption encryption, CancellationToken cancellationToken)
    {
        var readable = 0;
        var unreadable = new List<EncryptedCell>();
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
                var cell = column.Cell(rows.GetGuid(0));
                if (column.CanRead(rows.GetString(1), encryption, cell))
                {
                    readable++;
                }
                else
                {
                    unreadable.Add(cell);
                }
            }
        }

        return new EncryptionReport(readable, unreadable);
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

    private static async Task<ReadOnlyDatabase> OpenSourceAsync(string source, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(source));
        await connection.OpenAsync(cancellationToken);
        return new ReadOnlyDatabase(connection);
    }
}

internal sealed record EncryptionReport(int Readable, IReadOnlyList<EncryptedCell> Unreadable)
{
    public int Total => Readable + Unreadable.Count;

    /// <summary>The first unreadable rows, for example "Details of AppointmentRequests 0193...".</summary>
    public string Examples =>
        string.Join(", ", Unreadable.Take(3).Select(cell => $"{cell.Column} of {cell.Table} {cell.Id}"))
        + (Unreadable.Count > 3 ? ", ..." : "");
}
