using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace PhysioSite.Faults.Processes;

/// <summary>
/// A server of Debian's PostgreSQL with one database, on the disk and with the settings that make a commit durable, which are the
/// default. It is reached by a Unix socket, and by a port when there is a standby.
/// </summary>
internal sealed class DurablePostgreSql : IAsyncDisposable
{
    /// <summary>The owner of the database. Like the role of a real site, it is no superuser.</summary>
    private const string Owner = "physiosite";

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-postgresql-").FullName;
    private readonly int _port = FreePorts.Next();
    private readonly StreamWriter _log;
    private ChildProcess? _server;
    private bool _isSuspended;

    /// <param name="log">The file to which the output of the server is written.</param>
    private DurablePostgreSql(string log)
    {
        _log = new StreamWriter(log) { AutoFlush = true };
        PostgreSqlPrograms.Own(_folder);
    }

    /// <summary>Why there can be no server in this environment, and what to do about it. Null when there can be one.</summary>
    public static string? Missing => PostgreSqlPrograms.Folder is null ? "install postgresql" : null;

    /// <summary>The folder of the database's files.</summary>
    public string Files => Path.Combine(_folder, "files");

    /// <summary>How the site connects.</summary>
    public string ConnectionString => Connect(Owner, Owner);

    public string AdministratorConnectionString => Connect("postgres", Owner);

    private string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <summary>How the site connects to whichever of two servers is the primary.</summary>
    public string ConnectionStringWith(DurablePostgreSql standby) =>
        $"Host={Address},{standby.Address};Username={Owner};Database={Owner};Maximum Pool Size=25";

    /// <summary>Creates the database and starts the server.</summary>
    public static async Task<DurablePostgreSql> CreateAsync(string log, CancellationToken stop)
    {
        var server = new DurablePostgreSql(log);
        try
        {
            await server.InitializeAsync(stop);
            await server.StartAsync(stop);
            server.Execute($"CREATE ROLE {Owner} LOGIN");
            server.Execute($"CREATE DATABASE {Owner} OWNER {Owner} ENCODING 'UTF8' TEMPLATE template0");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Creates and starts a standby, which has each commit before the site is told of it: a commit waits until the standby has written it
    /// to the disk.
    /// </summary>
    public async Task<DurablePostgreSql> CreateStandbyAsync(string log, CancellationToken stop)
    {
        var standby = new DurablePostgreSql(log);
        try
        {
            var primary = $"host={_folder} port={_port} user=postgres application_name=standby";
            await standby.RunToEndAsync("pg_basebackup", ["-D", standby.Files, "-R", "--checkpoint=fast", "-d", primary], stop);
            await standby.StartAsync(stop);
            Execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
            Execute("SELECT pg_reload_conf()");
            while (!Is("SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')"))
            {
                await Task.Delay(20, stop);
            }

            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a standby the primary server.</summary>
    public Task PromoteAsync(CancellationToken stop) => RunToEndAsync("pg_ctl", ["promote", "-D", Files], stop);

    /// <summary>Completes when the server accepts connections.</summary>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        _server?.Dispose();
        _server = null;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < LongestStart; await Task.Delay(20, stop))
        {
            // What a killed server shared with its processes may be in use until the last of them has ended.
            if (_server is null || _server.Process.HasExited)
            {
                _server?.Dispose();
                _server = Run(
                    "postgres", "-D", Files, "-k", _folder, "-p", _port.ToString(CultureInfo.InvariantCulture),
                    "-c", "listen_addresses=127.0.0.1");
            }

            try
            {
                await using var connection = new NpgsqlConnection(Connect("postgres", "postgres"));
                await connection.OpenAsync(stop);
                return;
            }
            catch (NpgsqlException)
            {
                // It starts, or recovers from a crash.
            }
        }

        throw new InvalidOperationException("PostgreSQL does not start; postgresql.log in the folder of the scenario says why.");
    }

    /// <summary>Stops the server, as a service manager does for a restart: what is not committed is rolled back.</summary>
    public Task StopAsync(CancellationToken stop) => EndAsync("INT", stop);

    /// <summary>Ends the server without writing anything. The next start recovers from the write-ahead log.</summary>
    public Task AbortAsync(CancellationToken stop) => EndAsync("QUIT", stop);

    /// <summary>Kills every process of the server at once, as the end of its machine does.</summary>
    public void Kill() => _server!.Kill();

    /// <summary>
    /// Stops every process of the server where it is. The system goes on accepting connections for it, and nothing is answered.
    /// </summary>
    public void Suspend()
    {
        // First the one that starts the others.
        _server!.Signal("STOP");
        SignalChildren("STOP");
        _isSuspended = true;
    }

    /// <summary>Lets the server go on after <see cref="Suspend"/>.</summary>
    public void Resume()
    {
        _isSuspended = false;
        SignalChildren("CONT");
        _server!.Signal("CONT");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            if (_isSuspended)
            {
                Resume();
            }

            await AbortAsync(CancellationToken.None);
            _server.Dispose();
        }

        await _log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The sorting of a language, unlike SQLite.</summary>
    private Task InitializeAsync(CancellationToken stop) => RunToEndAsync(
        "initdb",
        [
            "-D", Files, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--data-checksums", "--no-sync",
            "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US",
        ],
        stop);

    private async Task RunToEndAsync(string program, string[] arguments, CancellationToken stop)
    {
        using var running = Run(program, arguments);
        if (await running.ExitAsync(stop) != 0)
        {
            throw new InvalidOperationException($"{program} failed; the log of the server in the folder of the scenario says why.");
        }
    }

    private void SignalChildren(string name)
    {
        var id = _server!.Process.Id.ToString(CultureInfo.InvariantCulture);
        var children = File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ChildProcess.Run("kill", [$"-{name}", .. children]);
    }

    private async Task EndAsync(string signal, CancellationToken stop)
    {
        if (_server!.Process.HasExited)
        {
            return;
        }

        _server.Signal(signal);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestEnd);
        await _server.ExitAsync(limit.Token);
    }

    private ChildProcess Run(string program, params string[] arguments) => ChildProcess.Start(
        PostgreSqlPrograms.StartInfo(Path.Combine(PostgreSqlPrograms.Folder!, program), arguments),
        line =>
        {
            lock (_log)
            {
                _log.WriteLine(line);
            }
        });

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(Connect("postgres", "postgres"));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private bool Is(string sql)
    {
        using var connection = new NpgsqlConnection(Connect("postgres", "postgres"));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar() is true;
    }

    private string Connect(string role, string database) =>
        $"Host={_folder};Port={_port};Username={role};Database={database};Pooling={role == Owner};Maximum Pool Size=25";
}
