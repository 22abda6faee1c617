using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Data.Providers;

namespace PhysioSite.TestSupport;

/// <summary>
/// The whole site in memory: the real program, real migrations on its own database, the sample content, and antiforgery and rate
/// limits enabled. Only the clock is fixed, and passwords are hashed with fewer iterations. The first site in a process reads the sample
/// content and migrates an empty database, and all other sites share the result. The database is a file of SQLite, or one of
/// <see cref="PostgreSqlServer"/>.
/// </summary>
public class Site : WebApplicationFactory<Program>
{
    private static readonly Lazy<ContentLibrary> SampleContent =
        new(() => new ContentLibrary(Repository.ContentPath, NullLogger<ContentLibrary>.Instance));
    private static readonly Lazy<byte[]> MigratedDatabase = new(Migrate);
    private static readonly Lazy<string> MigratedPostgreSql = new(MigratePostgreSql);

    /// <summary>The databases of PostgreSQL by data folder, so that a site that starts again on a data folder finds its database.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<string>> Databases = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    private bool _keepsFolder;
    private bool _migrates;

    /// <summary>The number of password hash iterations. The production number takes 0.1 seconds for each sign-in.</summary>
    public int PasswordRounds { get; init; } = 1_000;

    /// <summary>That of the environment variable TEST_DATABASE, so that a test that names none can run with each.</summary>
    public DatabaseProvider Provider { get; init; } =
        Enum.TryParse<DatabaseProvider>(Environment.GetEnvironmentVariable("TEST_DATABASE"), out var provider) ? provider : default;

    /// <summary>How to connect to the PostgreSQL database of this site.</summary>
    public string ConnectionString => Settings.TryGetValue("Database:ConnectionString", out var set)
        ? set
        : Databases.GetOrAdd(
            Settings.GetValueOrDefault("Data:Folder", DataPath),
            _ => new(() => PostgreSqlServer.Create(MigratedPostgreSql.Value))).Value;

    public TestClock Clock { get; } = new(TestClock.Tuesday);

    public LogCollector Logs { get; } = new();

    /// <summary>Configuration of this site, which overrides the defaults. Set before the first HTTP request.</summary>
    public Dictionary<string, string> Settings { get; } = new()
    {
        // Tests submit forms immediately and repeat the same text, like spam. Tests of spam detection set their own limits.
        ["Spam:FastestSeconds"] = "0",
        ["Spam:SameNotes"] = "0",
        ["Spam:ConfirmationsPerAddress"] = "0",

        // Tests move the clock by months.
        ["Retention:ConfirmAfterDays"] = "0",
    };

    /// <summary>Replaces services, to inject failures in a test. Set before the first HTTP request.</summary>
    public Action<IServiceCollection>? Replace { get; set; }

    public string DataPath => Path.Combine(_folder, "data");

    public string MailPath => Path.Combine(DataPath, "mail");

    /// <summary>A browser without JavaScript that keeps cookies, does not follow redirects and uses HTTPS.</summary>
    public Browser Open() => new(CreateClient(new WebApplicationFactoryClientOptions
    {
        BaseAddress = new Uri("https://localhost"),
        AllowAutoRedirect = false,
        HandleCookies = true,
    }));

    /// <summary>Runs <paramref name="use"/> with a database context in its own scope.</summary>
    public async Task<T> WithDatabaseAsync<T>(Func<SiteDbContext, Task<T>> use)
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<SiteDbContext>());
    }

    /// <summary>Stops the site and keeps its data folder for later use, until this instance is disposed.</summary>
    public void Stop()
    {
        _keepsFolder = true;
        base.Dispose(disposing: true);
        _keepsFolder = false;
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        if (Provider == DatabaseProvider.PostgreSql)
        {
            builder.UseSetting("Database:Provider", "PostgreSql");
            builder.UseSetting("Database:ConnectionString", ConnectionString);
            builder.UseSetting("Data:KeyCertificate", TestCertificates.KeyFile);
        }
        else if (!_migrates && !Settings.ContainsKey("Data:Folder"))
        {
            CopyMigratedDatabase();
        }

        builder.UseEnvironment("Production");
        builder.UseSetting("Data:Folder", DataPath);
        builder.UseSetting("Content:Folder", Repository.ContentPath);
        builder.UseSetting("Logging:LogLevel:Default", "Trace");
        builder.UseSetting("Logging:LogLevel:Microsoft", "Trace");
        foreach (var (key, value) in Settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs));
        builder.ConfigureServices(services =>
        {
            services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter>(new LocalConnection()));
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            if (!Settings.ContainsKey("Content:Folder"))
            {
                services.Replace(ServiceDescriptor.Singleton(SampleContent.Value));
            }

            services.PostConfigure<PasswordHasherOptions>(options => options.IterationCount = PasswordRounds);
            Replace?.Invoke(services);
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && !_keepsFolder && Directory.Exists(_folder))
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
            if (Databases.TryRemove(DataPath, out var database))
            {
                PostgreSqlServer.Drop(database.Value);
            }

            Logs.AssertNamesNoPatient();
            Logs.AssertHasNoNeedlessStackTrace();
        }
    }

    /// <returns>The database of a site that was started once and has stored nothing.</returns>
    private static byte[] Migrate()
    {
        using var site = new Site { _migrates = true, Provider = DatabaseProvider.Sqlite };
        _ = site.Services;
        site.Stop();
        return File.ReadAllBytes(Path.Combine(site.DataPath, "physiosite.db"));
    }

    /// <returns>How to connect to the database that others are copied from.</returns>
    private static string MigratePostgreSql()
    {
        var database = PostgreSqlServer.Create();
        using var site = new Site
        {
            Provider = DatabaseProvider.PostgreSql,
            Settings = { ["Database:ConnectionString"] = database },
        };
        _ = site.Services;
        site.Stop();
        PostgreSqlServer.EndConnections(database);

        // Each site makes its own, as it does in an empty data folder.
        PostgreSqlServer.DeleteKeys(database);
        return database;
    }

    private void CopyMigratedDatabase()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(DataPath);
        }
        else
        {
            // The same permissions that the site sets.
            Directory.CreateDirectory(DataPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // A test may have restored a backup to this path.
        var database = Path.Combine(DataPath, "physiosite.db");
        if (!File.Exists(database))
        {
            File.WriteAllBytes(database, MigratedDatabase.Value);
        }
    }

    /// <summary>The in-memory server has no addresses. Each client is on this machine unless a test sets another address.</summary>
    private sealed class LocalConnection : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                context.Connection.RemoteIpAddress ??= IPAddress.Loopback;
                return following(context);
            });
            next(app);
        };
    }
}
