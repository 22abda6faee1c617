using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Data.FullText;

/// <summary>A SQLite database in memory, with FTS5. Serves one caller at a time.</summary>
internal sealed class MemoryDatabase : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public MemoryDatabase() => _connection.Open();

    /// <returns>A transaction that is rolled back when it is disposed.</returns>
    public DbTransaction BeginTransaction() => _connection.BeginTransaction();

    /// <exception cref="DbException">The statement is wrong, or this SQLite has no FTS5.</exception>
    public void Run(string sql, params (string Name, string Value)[] values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    public IEnumerable<T> Read<T>(string sql, Func<DbDataReader, T> read, params (string Name, string Value)[] values)
    {
        using var command = Command(sql, values);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            yield return read(rows);
        }
    }

    public void Dispose() => _connection.Dispose();

    private SqliteCommand Command(string sql, (string Name, string Value)[] values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
