namespace PhysioSite.Faults.Processes;

/// <summary>Three instances of the site with one PostgreSQL database, behind nginx with the files of docs/deploy.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const int Count = 3;

    private readonly string _folder;
    private Nginx? _nginx;

    /// <param name="dll">The published PhysioSite.dll.</param>
    private Cluster(string folder, string dll, DurablePostgreSql server, Func<IEnumerable<KeyValuePair<string, string>>> settings)
    {
        (_folder, Server) = (folder, server);
        Directory.CreateSymbolicLink(Current, Path.GetDirectoryName(dll)!);
        Database = new PostgreSqlSiteDatabase(server.AdministratorConnectionString, server.Files, TestCertificates.KeyFile);
        Instances = [.. Enumerable.Range(1, Count).Select(number => new SiteInstance(
            Path.Combine(Current, Path.GetFileName(dll)),
            Path.Combine(folder, $"site{number}.log"),
            () =>
            [
                .. settings(),
                new("Data__Folder", Path.Combine(folder, $"data{number}")),
                new("Data__KeyCertificate", TestCertificates.KeyFile),
                new("Database__Provider", "PostgreSql"),
                new("Database__ConnectionString", server.ConnectionString),
            ]))];
    }

    /// <summary>Why there can be no cluster in this environment, and what to do about it. Null when there can be one.</summary>
    public static string? Missing => DurablePostgreSql.Missing ?? (Nginx.WhyNot is null ? null : "install nginx-light");

    public DurablePostgreSql Server { get; }

    public IReadOnlyList<SiteInstance> Instances { get; }

    public SiteDatabase Database { get; }

    public Nginx Nginx => _nginx!;

    /// <summary>The link to the folder of the program that instances start with.</summary>
    public string Current => Path.Combine(_folder, "current");

    public IEnumerable<string> Logs => Instances.Select(instance => instance.Log).Append(LogOf(_folder));

    /// <summary>Starts everything and completes when all instances serve the form.</summary>
    /// <param name="settings">The environment variables of all instances, read at each start.</param>
    public static async Task<Cluster> StartAsync(
        string folder, string dll, Func<IEnumerable<KeyValuePair<string, string>>> settings, Times times, CancellationToken stop)
    {
        var cluster = new Cluster(folder, dll, await DurablePostgreSql.CreateAsync(LogOf(folder), stop), settings);
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

    public async ValueTask DisposeAsync()
    {
        _nginx?.Dispose();
        foreach (var instance in Instances)
        {
            instance.Dispose();
        }

        await Server.DisposeAsync();
    }

    private static string LogOf(string folder) => Path.Combine(folder, "postgresql.log");
}
