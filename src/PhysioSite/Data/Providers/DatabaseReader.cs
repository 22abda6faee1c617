using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Metadata;
using PhysioSite.Data.Encryption;

namespace PhysioSite.Data.Providers;

/// <summary>Reads a database without <see cref="SiteDbContext"/>, because it may be of an earlier version of the program.</summary>
internal class DatabaseReader(DbConnection connection) : IAsyncDisposable
{
    protected DbConnection Connection { get; } = connection;

    public async Task<long> CountAsync(string table, CancellationToken cancellationToken) =>
        Convert.ToInt64(await ScalarAsync($"SELECT COUNT(*) FROM \"{table}\"", cancellationToken), CultureInfo.InvariantCulture);

    public Task<IReadOnlyList<string>> MigrationsAsync(CancellationToken cancellationToken) =>
        TextsAsync("SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\" ORDER BY \"MigrationId\"", cancellationToken);

    /// <summary>The first column of every row.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Connection.CreateCommand();
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
        keys.FindLostAsync(Connection, model, cancellationToken);

    /// <summary>Decrypts every encrypted value with the available keys.</summary>
    public async Task<EncryptionReport> DecryptAllAsync(IModel model, ColumnEncryption encryption, CancellationToken cancellationToken)
    {
        var readable = 0;
        var unreadable = new List<EncryptedCell>();
        foreach (var column in EncryptedColumn.All(model))
        {
            if (!await column.ExistsAsync(Connection, cancellationToken))
            {
                continue;
            }

            await using var command = Connection.CreateCommand();
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
        await using var command = Connection.CreateCommand();
        command.CommandText = sql;
        return await ExecuteScalarAsync(command, cancellationToken) is var value && value is DBNull ? null : value;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    protected virtual Task<object?> ExecuteScalarAsync(DbCommand command, CancellationToken cancellationToken) =>
        command.ExecuteScalarAsync(cancellationToken);
}

internal sealed record EncryptionReport(int Readable, IReadOnlyList<EncryptedCell> Unreadable)
{
    public int Total => Readable + Unreadable.Count;

    /// <summary>The first unreadable rows, for example "Details of AppointmentRequests 0193...".</summary>
    public string Examples =>
        string.Join(", ", Unreadable.Take(3).Select(cell => $"{cell.Column} of {cell.Table} {cell.Id}"))
        + (Unreadable.Count > 3 ? ", ..." : "");
}
