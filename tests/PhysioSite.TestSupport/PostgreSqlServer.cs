using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace PhysioSite.TestSupport;

/// <summary>
/// A private cluster of Debian's PostgreSQL for the tests of this process, reached by a Unix socket. It loses data when the machine
/// crashes, so it is not for tests of durability.
/// </summary>
public static class PostgreSqlServer
{
    /// <summary>The owner of the databases. Like the role of a real site, it is no superuser.</summary>
    public const string Owner = "site";

    /// <summary>
    /// Writes a line when the server accepts connections, and ends it when the standard input ends, which is when the tests end, however
    /// they end. The databases sort text by the rules of a language, unlike SQLite.
    /// </summary>
    private const string Script = """
        trap '' INT HUP
        exec 2>> "$2/log"
        "$1/initdb" -D "$2/cluster" -U postgres -A trust -E UTF8 --no-sync \
            --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US >&2 || exit 1
        "$1/pg_ctl" start --wait --timeout=120 -D "$2/cluster" -l "$2/log" -o "-c listen_addresses= -c unix_socket_directories='$2' \
            -c max_connections=400 -c shared_buffers=32MB -c fsync=off -c full_page_writes=off -c autovacuum=off -c jit=off" \
            < /dev/null >&2 || exit 1
        read -r server < "$2/cluster/postmaster.pid"
        echo ready
        read -r ignored
        kill -QUIT "$server"
        rm -rf "$2"
        """;

    private static readonly Lazy<string> Folder = new(Start);
    private static int _databases;

    /// <summary>Kept, because its standard input is closed when nothing refers to it.</summary>
    private static Process? _server;

    /// <summary>Why tests with PostgreSQL are skipped. Null when they run.</summary>
    public static string? WhyNot =>
        PostgreSqlPrograms.Folder is not null || Environment.GetEnvironmentVariable("REQUIRE_POSTGRES") == "1"
            ? null
            : "There is no PostgreSQL in /usr/lib/postgresql. Install it with \"apt-get install postgresql\" (Debian) to run its tests.";

    /// <summary>Creates a database.</summary>
    /// <param name="template">The database to copy. Null for an empty one.</param>
    /// <returns>How to connect to it.</returns>
    public static string Create(string? template = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"site{Interlocked.Increment(ref _databases)}");
        var from = template is null ? "template0" : new NpgsqlConnectionStringBuilder(template).Database;
        Execute($"CREATE DATABASE {name} TEMPLATE {from} OWNER {Owner}");
        return ConnectionString(Owner, name);
    }

    /// <summary>Ends the connections to a database, as a restart of the server does.</summary>
    public static void EndConnections(string connectionString) => Execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        + $"WHERE datname = '{new NpgsqlConnectionStringBuilder(connectionString).Database}' AND usename = '{Owner}'");

    /// <summary>Deletes the data-protection keys of a site, and what it has noted about itself.</summary>
    public static void DeleteKeys(string connectionString) => Execute(
        "DELETE FROM \"DataProtectionKeys\"; DELETE FROM \"SharedValues\"",
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);

    /// <summary>Changes a database as the administrator of the server.</summary>
    public static void Administer(string connectionString, string sql) => Execute(
        sql,
        new NpgsqlConnectionStringBuilder(connectionString) { Username = "postgres", Pooling = false }.ConnectionString);

    /// <summary>Runs a command line with the programs of PostgreSQL as the administrator of the server.</summary>
    public static void Run(string commandLine) => Assert.Null(ChildProcess.Run(
        "env", $"PGHOST={Folder.Value}", "PGUSER=postgres", $"PATH={PostgreSqlPrograms.Folder}:/usr/bin:/bin", "sh", "-c", commandLine));

    /// <returns>How to connect to a database of the owner, which may not exist yet.</returns>
    public static string ConnectionString(string database) => ConnectionString(Owner, database);

    public static void Drop(string connectionString) =>
        Execute($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    private static string ConnectionString(string role, string database) => ConnectionString(Folder.Value, role, database);

    private static string ConnectionString(string folder, string role, string database) =>
        $"Host={folder};Username={role};Database={database};Maximum Pool Size=30";

    private static void Execute(string sql, string? connectionString = null)
    {
        using var connection = new NpgsqlConnection(connectionString ?? ConnectionString("postgres", "postgres"));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        command.ExecuteNonQuery();
    }

    /// <returns>The folder of the socket.</returns>
    private static string Start()
    {
        Assert.NotNull(PostgreSqlPrograms.Folder);
        var folder = Path.Combine(Path.GetTempPath(), $"postgresql-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        PostgreSqlPrograms.Own(folder);
        var start = PostgreSqlPrograms.StartInfo("/bin/sh", "-c", Script, "sh", PostgreSqlPrograms.Folder, folder);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        _server = Process.Start(start)!;
        if (_server.StandardOutput.ReadLine() is null)
        {
            throw new InvalidOperationException($"PostgreSQL does not start: {File.ReadAllText(Path.Combine(folder, "log"))}");
        }

        Execute($"CREATE ROLE {Owner} LOGIN", ConnectionString(folder, "postgres", "postgres"));
        return folder;
    }
}
