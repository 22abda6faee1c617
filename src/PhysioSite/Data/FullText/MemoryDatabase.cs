using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Data.FullText;

/// <summary>An in-memory SQLite database with FTS5. It is not thread-safe: only one caller may use it at a time.</summary>
internal sealed class MemoryDatabase : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public MemoryDatabase() => _connection.Open();

    /// <returns>A transaction that is rolled back on disposal.</returns>
    public DbTransaction BeginTransaction() => _connection.BeginTransaction();

    /// <exception cref="DbException">The statement is invalid, or this SQLite build does not include FTS5.</exception>
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
