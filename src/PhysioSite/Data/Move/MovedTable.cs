using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace PhysioSite.Data.Move;

/// <summary>A table of the model, as both databases have it.</summary>
internal sealed class MovedTable
{
    private readonly MovedColumn[] _columns;

    private MovedTable(ITable from, ITable to)
    {
        Name = to.Name;
        var columns = from.Columns.ToDictionary(column => column.Name);
        _columns = [.. to.Columns.Select(column => new MovedColumn(columns[column.Name], column))];
        if (columns.Count != _columns.Length)
        {
            throw new InvalidOperationException($"{Name} has other columns in the other database.");
        }
    }

    public string Name { get; }

    /// <summary>What was copied.</summary>
    public TableChecksum Copied { get; } = new();

    private string Columns => string.Join(", ", _columns.Select(column => $"\"{column.Name}\""));

    /// <returns>All tables of the model of SQLite. A table follows those that its rows refer to.</returns>
    public static IReadOnlyList<MovedTable> All(IModel from, IModel to)
    {
        var targets = to.GetRelationalModel().Tables.ToDictionary(table => table.Name);
        var left = from.GetRelationalModel().Tables.OrderBy(table => table.Name, StringComparer.Ordinal).ToList();
        var ordered = new List<MovedTable>();
        while (left.Count > 0)
        {
            var next = left.Find(table => table.ForeignKeyConstraints
                .Select(key => key.PrincipalTable).All(principal => principal == table || !left.Contains(principal)))
                ?? throw new InvalidOperationException($"{string.Join(", ", left.Select(table => table.Name))} refer to each other.");
            left.Remove(next);
            ordered.Add(new MovedTable(next, targets[next.Name]));
        }

        return ordered;
    }

    public async Task<long> CountAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = ($"SELECT COUNT(*) FROM \"{Name}\"", 0);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <param name="copied">Is called for each row.</param>
    public async Task CopyAsync(DbConnection from, NpgsqlConnection to, Action copied, CancellationToken cancellationToken)
    {
        await using var import = await to.BeginBinaryImportAsync(
            $"COPY \"{Name}\" ({Columns}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        import.Timeout = TimeSpan.Zero;
        await foreach (var row in ReadAsync(from, cancellationToken))
        {
            await import.StartRowAsync(cancellationToken);
            for (var i = 0; i < row.Length; i++)
            {
                if (row[i] is { } value)
                {
                    await import.WriteAsync(value, _columns[i].StoreType, cancellationToken);
                }
                else
                {
                    await import.WriteNullAsync(cancellationToken);
                }
            }

            Copied.Add(row);
            copied();
        }

        await import.CompleteAsync(cancellationToken);
    }

    /// <param name="read">Is called for each row.</param>
    /// <returns>What the database has.</returns>
    public async Task<TableChecksum> SumAsync(DbConnection connection, Action read, CancellationToken cancellationToken)
    {
        var sum = new TableChecksum();
        await foreach (var row in ReadAsync(connection, cancellationToken))
        {
            sum.Add(row);
            read();
        }

        return sum;
    }

    /// <returns>The rows, one after the other in the same array.</returns>
    private async IAsyncEnumerable<object?[]> ReadAsync(
        DbConnection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = ($"SELECT {Columns} FROM \"{Name}\"", 0);
        await using var rows = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancellationToken);
        var row = new object?[_columns.Length];
        while (await rows.ReadAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = _columns[i].Read(rows, i);
            }

            yield return row;
        }
    }
}
