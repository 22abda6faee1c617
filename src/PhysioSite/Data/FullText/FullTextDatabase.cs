using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Data.FullText;

/// <summary>A SQLite database with FTS5, in memory or in a file. It is not thread-safe: only one caller may use it at a time.</summary>
internal sealed class FullTextDatabase : IDisposable
{
    /// <summary>In bytes. A file is read where the operating system keeps it in memory, without a copy of each page.</summary>
    private const long MostMapped = 1L << 30;

    // SQLITE_IOERR, SQLITE_CORRUPT and SQLITE_NOTADB.
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private readonly SqliteConnection _connection;

    private FullTextDatabase(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
    }

    /// <summary>The version of SQLite. A file is not read by another one.</summary>
    public static string Version { get; } = new SqliteConnection().ServerVersion;

    /// <summary>Whether the file is damaged, or the disk.</summary>
    public static bool IsDamaged(DbException e) => e is SqliteException { SqliteErrorCode: IoError or Corrupt or NotADatabase };

    public static FullTextDatabase InMemory() => new("Data Source=:memory:");

    /// <summary>Creates a file that is private to its owner. It is of no use when the process ends before it is complete.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static FullTextDatabase Create(string file)
    {
        PrivateFile.Create(file);
        var database = new FullTextDatabase(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        database.Run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
        return database;
    }

    /// <summary>Opens a file that nobody changes any more. It may be deleted meanwhile. Temporary tables can be created.</summary>
    /// <exception cref="DbException">The file cannot be read.</exception>
    public static FullTextDatabase OpenReadOnly(string file)
    {
        var database = new FullTextDatabase(new SqliteConnectionStringBuilder
        {
            DataSource = new Uri(file).AbsoluteUri + "?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        database.Run($"PRAGMA temp_store = MEMORY; PRAGMA mmap_size = {MostMapped};");
        return database;
    }

    /// <returns>A transaction that is rolled back on disposal.</returns>
    public DbTransaction BeginTransaction() => _connection.BeginTransaction();

    /// <exception cref="DbException">The statement is invalid, or this SQLite build does not include FTS5.</exception>
    public void Run(string sql, params (string Name, string Value)[] values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    /// <summary>Runs the statements once for each row of values. The rows have the same names.</summary>
    /// <exception cref="DbException">The disk is full, or the statement is invalid.</exception>
    public void RunEach(string sql, IEnumerable<(string Name, object? Value)[]> rows)
    {
        using var command = Command(sql, []);
        foreach (var row in rows)
        {
            if (command.Parameters.Count == 0)
            {
                command.Parameters.AddRange(row.Select(value => new SqliteParameter { ParameterName = value.Name }));
            }

            foreach (var (i, (_, value)) in row.Index())
            {
                command.Parameters[i].Value = value ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
        }
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
