using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

internal static class SqliteServices
{
    public static IServiceCollection AddSqlite(this IServiceCollection services)
    {
        services.AddSingleton<IDatabaseStartup, DatabaseStartup>();
        services.AddSingleton<IDatabaseMaintenance, SqliteMaintenance>();
        services.AddSingleton<IDatabaseInspection, SqliteInspection>();
        services.AddSingleton<OnlyInstance>();
        services.AddSingleton<IInstanceLock>(provider => provider.GetRequiredService<OnlyInstance>());
        services.AddSingleton<ISharedCounts>(provider => provider.GetRequiredService<OnlyInstance>());
        services.AddSingleton<IInstanceMessages>(provider => provider.GetRequiredService<OnlyInstance>());
        services.AddSingleton<IAttemptCounts, MemoryAttempts>();
        services.AddSingleton<IStateStore, StateFiles>();
        services.AddSingleton<IPresence, MemoryPresence>();
        services.AddSingleton<DurableSqlite>();
        services.AddSingleton<WriteGate>();
        services.AddHostedService<LogCheckpoints>();
        services.AddDbContextPool<SiteDbContext>((provider, options) => options
            .UseSqlite(DurableSqlite.ConnectionString(provider.GetRequiredService<DataFolder>().Database))
            .AddInterceptors(provider.GetRequiredService<DurableSqlite>(), EncryptedValueInterceptor.Instance)
            .AddInterceptors(provider.GetServices<IInterceptor>())
            .LeaveFailuresToCallers());

        services.AddSingleton<IKeyStore>(provider => provider.GetRequiredService<KeyFolder>());
        services.AddOptions<KeyManagementOptions>().Configure<KeyFolder>((options, folder) => options.XmlRepository = folder);
        return services;
    }
}
