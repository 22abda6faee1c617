namespace PhysioSite.Faults.Processes;

/// <summary>Three instances of the site with one PostgreSQL database, behind nginx with the files of docs/deploy.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const int Count = 3;

    private readonly string _folder;
    private readonly DurablePostgreSql _server;
    private readonly DurablePostgreSql? _standby;
    private Nginx? _nginx;

    /// <param name="dll">The published PhysioSite.dll.</param>
    /// <param name="standby">Null when there is none.</param>
    private Cluster(
        string folder,
        string dll,
        DurablePostgreSql server,
        DurablePostgreSql? standby,
        Func<IEnumerable<KeyValuePair<string, string>>> settings)
    {
        (_folder, _server, _standby, Server) = (folder, server, standby, server);
        var connectionString = standby is null ? server.ConnectionString : server.ConnectionStringWith(standby);
        Directory.CreateSymbolicLink(Current, Path.GetDirectoryName(dll)!);
        Instances = [.. Enumerable.Range(1, Count).Select(number => new SiteInstance(
            Path.Combine(Current, Path.GetFileName(dll)),
            Path.Combine(folder, $"site{number}.log"),
            () =>
            [
                .. settings(),
                new("Data__Folder", Path.Combine(folder, $"data{number}")),
                new("Data__KeyCertificate", TestCertificates.KeyFile),
                new("Database__Provider", "PostgreSql"),
                new("Database__ConnectionString", connectionString),
            ]))];
    }

    /// <summary>Why there can be no cluster in this environment, and what to do about it. Null when there can be one.</summary>
    public static string? Missing => DurablePostgreSql.Missing ?? (Nginx.WhyNot is null ? null : "install nginx-light");

    /// <summary>The primary server of the database.</summary>
    public DurablePostgreSql Server { get; private set; }

    /// <summary>The standby, until it becomes the primary server.</summary>
    public DurablePostgreSql Standby => _standby!;

    public IReadOnlyList<SiteInstance> Instances { get; }

    public PostgreSqlSiteDatabase Database =>
        new PostgreSqlSiteDatabase(Server.AdministratorConnectionString, Server.Files, TestCertificates.KeyFile);

    public Nginx Nginx => _nginx!;

    /// <summary>The link to the folder of the program that instances start with.</summary>
    public string Current => Path.Combine(_folder, "current");

    public IEnumerable<string> Logs => Instances.Select(instance => instance.Log)
        .Append(LogOf(_folder)).Concat(_standby is null ? [] : [LogOfStandby(_folder)]);

    /// <summary>Starts everything and completes when all instances serve the form.</summary>
    /// <param name="hasStandby">Whether the database has a standby that can take over.</param>
    /// <param name="settings">The environment variables of all instances, read at each start.</param>
    public static async Task<Cluster> StartAsync(
        string folder,
        string dll,
        bool hasStandby,
        Func<IEnumerable<KeyValuePair<string, string>>> settings,
        Times times,
        CancellationToken stop)
    {
        var server = await DurablePostgreSql.CreateAsync(LogOf(folder), stop);
        var standby = hasStandby ? await server.CreateStandbyAsync(LogOfStandby(folder), stop) : null;
        var cluster = new Cluster(folder, dll, server, standby, settings);
        try
        {
            foreach (var instance in cluster.Instances)
            {
                instance.Start();
            }

            foreach (var instance in cluster.Instances)
            {
                times.AddStart(await instance.ServesAsync(stop));
            }

            cluster._nginx = await Nginx.StartAsync([.. cluster.Instances.Select(instance => instance.Address)]);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the standby the primary server, when the server has ended or does not answer.</summary>
    public async Task PromoteStandbyAsync(CancellationToken stop)
    {
        await _standby!.PromoteAsync(stop);
        Server = _standby;
    }

    /// <summary>Whether a load balancer would send requests to every instance.</summary>
    public async Task<bool> AreReadyAsync(CancellationToken stop) =>
        (await Task.WhenAll(Instances.Select(instance => instance.IsReadyAsync(stop)))).All(isReady => isReady);

    public async ValueTask DisposeAsync()
    {
        _nginx?.Dispose();
        foreach (var instance in Instances)
        {
            instance.Dispose();
        }

        if (_standby is not null)
        {
            await _standby.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    private static string LogOf(string folder) => Path.Combine(folder, "postgresql.log");

    private static string LogOfStandby(string folder) => Path.Combine(folder, "standby.log");
}
