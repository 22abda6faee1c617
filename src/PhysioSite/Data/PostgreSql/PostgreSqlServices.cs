using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.PostgreSql.Instances;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql;

internal static class PostgreSqlServices
{
    /// <summary>About as many as an instance has connections.</summary>
    private const int MinThreads = 64;

    /// <exception cref="StartupException">The certificate of the keys cannot be used.</exception>
    public static IServiceCollection AddPostgreSql(this IServiceCollection services, DataOptions data)
    {
        services.AddSingleton<PostgreSqlConnection>();
        services.AddSingleton<IDatabaseStartup, PostgreSqlStartup>();
        services.AddSingleton<IDatabaseMaintenance, PostgreSqlMaintenance>();
        services.AddSingleton<IDatabaseInspection, PostgreSqlInspection>();
        services.AddSingleton<IInstanceLock, AdvisoryLocks>();
        services.AddDbContextPool<SiteDbContext, PostgreSqlDbContext>((provider, options) =>
        {
            Use(provider, options)
                .AddInterceptors(EncryptedValueInterceptor.Instance)
                .AddInterceptors(provider.GetServices<IInterceptor>());

            // What is configured for the base class, for example by a test, applies whatever the database is.
            foreach (var configuration in provider.GetServices<IDbContextOptionsConfiguration<SiteDbContext>>())
            {
                configuration.Configure(provider, options);
            }
        });
        AddSharedState(services);
        KeepThreadsForCancellation();
        AddKeys(services, KeyCertificates.Load(data));
        return services;
    }

    /// <summary>
    /// Npgsql blocks a thread for seconds when it cancels a command that a server does not answer. The thread pool then adds threads so
    /// slowly that nothing else is answered either, unless it may start them at once.
    /// </summary>
    private static void KeepThreadsForCancellation()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, MinThreads), completions);
    }

    /// <summary>Also for tools, which do not connect.</summary>
    public static DbContextOptionsBuilder UsePostgreSql(this DbContextOptionsBuilder options, string? connectionString = null) =>
        options.UseNpgsql(connectionString, npgsql => npgsql.ExecutionStrategy(dependencies => new RetryingStrategy(dependencies)));

    /// <summary>What the instances have in common besides the data of the features.</summary>
    private static void AddSharedState(IServiceCollection services)
    {
        services.AddSingleton<SharedDatabase>();
        services.AddSingleton<KeyedHash>();
        services.AddSingleton<ISharedCounts, SharedCounts>();
        services.AddSingleton<IAttemptCounts, SharedAttempts>();
        services.AddSingleton<IStateStore, SharedState>();
        services.AddSingleton<IPresence, SharedPresence>();
        services.AddSingleton<ExpiredRows>();
        services.AddHostedService(provider => provider.GetRequiredService<ExpiredRows>());
        services.AddSingleton<InstanceMessages>();
        services.AddSingleton<IInstanceMessages>(provider => provider.GetRequiredService<InstanceMessages>());
        services.AddHostedService(provider => provider.GetRequiredService<InstanceMessages>());
    }

    /// <param name="certificates">The first encrypts the keys, all decrypt them.</param>
    private static void AddKeys(IServiceCollection services, X509Certificate2[] certificates)
    {
        services.AddSingleton<KeyTable>();
        services.AddSingleton<IKeyStore>(provider => provider.GetRequiredService<KeyTable>());
        services.AddDbContext<KeyContext>((provider, options) => Use(provider, options));
        services.AddDataProtection()
            .PersistKeysToDbContext<KeyContext>()
            .ProtectKeysWithCertificate(certificates[0])
            .UnprotectKeysWithAnyCertificate(certificates);
    }

    private static DbContextOptionsBuilder Use(IServiceProvider provider, DbContextOptionsBuilder options) =>
        options.UsePostgreSql(provider.GetRequiredService<PostgreSqlConnection>().Text)
            .AddInterceptors(ConfirmedCommits.Instance)
            .LeaveFailuresToCallers();
}
