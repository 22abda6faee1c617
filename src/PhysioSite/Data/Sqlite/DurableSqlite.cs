using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace PhysioSite.Data.Sqlite;

/// <summary>
/// Configures SQLite so that an acknowledged commit is on disk: write-ahead log with synchronous FULL, and one writer through
/// <see cref="WriteGate"/>. For the reasons see docs/decisions/0003-sqlite-wal-one-writer.md. Deleted data is overwritten, so that erased
/// data cannot be recovered from the file. The settings are per connection, so they are applied to each connection.
/// </summary>
internal sealed class DurableSqlite : DbConnectionInterceptor
{
    private const int BusyMilliseconds = 5000;

    /// <summary>The most that a connection keeps in memory.</summary>
    private const int CacheKibibytes = 16 * 1024;

    /// <summary>
    /// How many pages of 4 KiB the write-ahead log has before a commit copies them into the database. <see cref="LogCheckpoints"/> usually
    /// does that before.
    /// </summary>
    public const int MostLogPages = 65_536;

    /// <summary>The first version with the fix for write-ahead logs that two connections write and checkpoint at the same time.</summary>
    private static readonly Version Oldest = new(3, 51, 3);

    /// <summary>The connections of SQLite that have the settings. The pool of Microsoft.Data.Sqlite opens them again and again.</summary>
    private static readonly ConditionalWeakTable<sqlite3, object> Configured = [];

    public static string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = file,
        ForeignKeys = true,
        DefaultTimeout = BusyMilliseconds / 1000,
    }.ToString();

    /// <summary>For read access while the site is running. The connection neither writes nor runs a checkpoint.</summary>
    public static string ReadOnlyConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = file,
        Mode = SqliteOpenMode.ReadOnly,
        DefaultTimeout = BusyMilliseconds / 1000,
        Pooling = false,
    }.ToString();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    /// <exception cref="StartupException">SQLite is too old, or a setting was not applied.</exception>
    public static void Assert(DbConnection connection)
    {
        AssertVersion(connection.ServerVersion);
        foreach (var (pragma, expected, meaning) in new[]
        {
            ("journal_mode", "wal", "the write-ahead log"),
            ("synchronous", "2", "FULL"),
            ("foreign_keys", "1", "on"),
            ("busy_timeout", BusyMilliseconds.ToString(CultureInfo.InvariantCulture), "milliseconds"),
            ("secure_delete", "1", "overwriting what is deleted"),
        })
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA {pragma}";
            var actual = Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
            if (actual != expected)
            {
                throw new StartupException(
                    $"The database refused {pragma} = {expected} ({meaning}); it is {actual}. An answered request might not survive "
                    + "a power cut, or an erased one not be gone, so the site does not start. Keep the database on a local disk that "
                    + "supports file locks.");
            }
        }
    }

    /// <param name="version">The version of the loaded SQLite library, which the operating system may replace with its own.</param>
    /// <exception cref="StartupException">The version is too old.</exception>
    public static void AssertVersion(string version)
    {
        if (Version.Parse(version) < Oldest)
        {
            throw new StartupException(
                $"SQLite {version} was loaded, which can lose writes; the site needs {Oldest} or later. "
                + "Publish the program anew with the SQLite that its packages bring.");
        }
    }

    internal static void Apply(DbConnection connection)
    {
        if (!Configured.TryAdd(((SqliteConnection)connection).Handle!, Configured))
        {
            return;
        }

        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA busy_timeout = {BusyMilliseconds}; PRAGMA journal_mode = WAL; "
            + "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; "
            + $"PRAGMA temp_store = MEMORY; PRAGMA cache_size = {-CacheKibibytes}; PRAGMA wal_autocheckpoint = {MostLogPages};";
        command.ExecuteNonQuery();
    }
}
