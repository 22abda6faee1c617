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
    private const string Owner = "site";

    /// <summary>
    /// The shell ends the server when its standard input ends, which is when the tests end, however they end. initdb and the server refuse
    /// to run as root. The databases sort text by the rules of a language, unlike SQLite.
    /// </summary>
    private const string Script = """
        exec > "$2/log" 2>&1
        "$1/initdb" -D "$2/cluster" -U postgres -A trust -E UTF8 --no-sync \
            --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US || exit 1
        "$1/postgres" -D "$2/cluster" -c listen_addresses= -c unix_socket_directories="$2" -c max_connections=400 -c shared_buffers=32MB \
            -c fsync=off -c full_page_writes=off -c autovacuum=off -c jit=off < /dev/null &
        read -r ignored
        kill -QUIT $!
        wait $!
        rm -rf "$2"
        """;

    private static readonly Lazy<string> Folder = new(Start);
    private static readonly string? Programs = FindPrograms();
    private static int _databases;

    /// <summary>Kept, because its standard input is closed when nothing refers to it.</summary>
    private static Process? _server;

    /// <summary>Why tests with PostgreSQL are skipped. Null when they run.</summary>
    public static string? WhyNot =>
        Programs is not null || Environment.GetEnvironmentVariable("REQUIRE_POSTGRES") == "1"
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

    /// <summary>Deletes the data-protection keys of a site.</summary>
    public static void DeleteKeys(string connectionString) => Execute(
        "DELETE FROM \"DataProtectionKeys\"", new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);

    public static void Drop(string connectionString) =>
        Execute($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    private static string ConnectionString(string role, string database) =>
        $"Host={Folder.Value};Username={role};Database={database};Maximum Pool Size=30";

    private static void Execute(string sql, string? connectionString = null)
    {
        using var connection = new NpgsqlConnection(connectionString ?? ConnectionString("postgres", "postgres"));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        command.ExecuteNonQuery();
    }

    /// <returns>The folder with the programs of the newest version.</returns>
    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(programs => File.Exists(Path.Combine(programs, "initdb")))
            .MaxBy(programs => double.Parse(Path.GetFileName(Path.GetDirectoryName(programs))!, CultureInfo.InvariantCulture))
        : null;

    /// <returns>The folder of the socket.</returns>
    private static string Start()
    {
        Assert.NotNull(Programs);
        var folder = Path.Combine(Path.GetTempPath(), $"postgresql-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        string[] command = ["/bin/sh", "-c", Script, "sh", Programs, folder];
        if (Environment.UserName == "root")
        {
            Assert.Null(ChildProcess.Run("chown", "postgres", folder));
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command];
        }

        _server = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, WorkingDirectory = "/" })!;
        Wait(_server, folder);
        return folder;
    }

    /// <summary>Waits until the server accepts connections.</summary>
    private static void Wait(Process server, string folder)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromMinutes(2); Thread.Sleep(50))
        {
            try
            {
                using var connection = new NpgsqlConnection($"Host={folder};Username=postgres;Database=postgres;Pooling=false");
                connection.Open();
                using var command = new NpgsqlCommand($"CREATE ROLE {Owner} LOGIN", connection);
                command.ExecuteNonQuery();
                return;
            }
            catch (NpgsqlException) when (!server.HasExited)
            {
                // It is being created, or it starts.
            }
        }

        throw new InvalidOperationException($"PostgreSQL does not start: {File.ReadAllText(Path.Combine(folder, "log"))}");
    }
}
