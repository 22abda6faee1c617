using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace PhysioSite.Data.Saving;

/// <summary>A row that is inserted without a context that tracks it.</summary>
/// <param name="Values">As they are stored, in the order of the columns of <paramref name="Statement"/>.</param>
internal sealed record NewRow(object Entity, InsertStatement Statement, object[] Values)
{
    public static NewRow Of(EntityEntry entry)
    {
        var statement = InsertStatement.For(entry.Metadata);
        return new NewRow(entry.Entity, statement, statement.ValuesOf(entry));
    }
}

/// <summary>
/// Inserts rows of one table, as the model maps them. All values come from the entities: the database generates none.
/// </summary>
internal sealed class InsertStatement
{
    /// <summary>Entries are never removed, because EF Core models live as long as the process.</summary>
    private static readonly ConcurrentDictionary<IEntityType, InsertStatement> Known = new();

    private readonly (IProperty Property, RelationalTypeMapping Mapping)[] _columns;
    private readonly string _sql;
    private readonly int _foreignKeys;

    private InsertStatement(IEntityType entity)
    {
        var columns = entity.GetTableMappings().Single().ColumnMappings.ToList();
        _columns = [.. columns.Select(column => (column.Property, column.TypeMapping))];
        _foreignKeys = entity.GetForeignKeys().Count();
        _sql =
            $"""
            INSERT INTO "{entity.GetTableName()}" ({string.Join(", ", columns.Select(column => $"\"{column.Column.Name}\""))})
            VALUES ({string.Join(", ", columns.Select((_, i) => NameOf(i)))})
            """;
    }

    public static InsertStatement For(IEntityType entity) => Known.GetOrAdd(entity, entity => new InsertStatement(entity));

    /// <param name="inserts">Statements without parameters that insert further rows, each ending with a semicolon.</param>
    public static async Task ExecuteAsync(DbTransaction transaction, IReadOnlyList<NewRow> rows, IReadOnlyList<string> inserts)
    {
        // A table without foreign keys is filled before those that refer to it.
        var tables = rows.GroupBy(row => row.Statement, row => row.Values).OrderBy(table => table.Key._foreignKeys).ToList();
        var connection = transaction.Connection!;
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        if (connection.CanCreateBatch)
        {
            // A database server gets them in one message.
            await using var batch = connection.CreateBatch();
            batch.Transaction = transaction;
            foreach (var (table, row) in tables.SelectMany(table => table.Select(row => (table.Key, row))))
            {
                Add(batch, table._sql).Parameters.AddRange(table.ParametersOf(row, command));
            }

            foreach (var insert in inserts)
            {
                Add(batch, insert);
            }

            await batch.ExecuteNonQueryAsync();
            return;
        }

        foreach (var table in tables)
        {
            await table.Key.ExecuteAsync(command, table);
        }

        if (inserts.Count > 0)
        {
            command.Parameters.Clear();
            command.CommandText = string.Concat(inserts);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <returns>The values of a row as they are stored.</returns>
    public object[] ValuesOf(EntityEntry entry)
    {
        var (values, stored) = (entry.CurrentValues, new object[_columns.Length]);
        for (var i = 0; i < stored.Length; i++)
        {
            var (property, mapping) = _columns[i];
            var value = values[property];
            stored[i] = (mapping.Converter is { } converter ? converter.ConvertToProvider(value) : value) ?? DBNull.Value;
        }

        return stored;
    }

    private static DbBatchCommand Add(DbBatch batch, string sql)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = sql;
        batch.BatchCommands.Add(command);
        return command;
    }

    /// <summary>The database compiles the statement once for all rows.</summary>
    private async Task ExecuteAsync(DbCommand command, IEnumerable<object[]> rows)
    {
        command.Parameters.Clear();
        command.CommandText = _sql;
        foreach (var row in rows)
        {
            if (command.Parameters.Count == 0)
            {
                command.Parameters.AddRange(ParametersOf(row, command));
            }
            else
            {
                for (var i = 0; i < row.Length; i++)
                {
                    command.Parameters[i].Value = row[i];
                }
            }

            await command.ExecuteNonQueryAsync();
        }
    }

    private DbParameter[] ParametersOf(object[] row, DbCommand command)
    {
        var parameters = new DbParameter[row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            // The value is set afterwards, because the mapping would convert it again.
            parameters[i] = _columns[i].Mapping.CreateParameter(command, NameOf(i), value: null, nullable: true);
            parameters[i].Value = row[i];
        }

        return parameters;
    }

    private static string NameOf(int i) => $"@p{i}";
}
