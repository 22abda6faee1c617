using System.Data.Common;
using Microsoft.Data.Sqlite;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

/// <summary>Opens a database file for reading without changing it: a backup or the database of a running site.</summary>
internal sealed class ReadOnlyDatabase : DatabaseReader
{
    private ReadOnlyDatabase(SqliteConnection connection)
        : base(connection)
    {
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

    protected override Task<object?> ExecuteScalarAsync(DbCommand command, CancellationToken cancellationToken) =>
        SqliteInterrupt.RunAsync(
            (SqliteConnection)Connection, () => base.ExecuteScalarAsync(command, cancellationToken), cancellationToken);

    private static async Task<ReadOnlyDatabase> OpenSourceAsync(string source, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(source));
        await connection.OpenAsync(cancellationToken);
        return new ReadOnlyDatabase(connection);
    }
}
