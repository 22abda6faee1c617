using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Data;

public static class DataFeature
{
    public static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DataOptions>().Bind(configuration.GetSection(DataOptions.Section))
            .Validate(
                options => options.Folder.Length > 0,
                "Data:Folder is not set. Set it (environment: Data__Folder) to a folder outside the program that is kept and backed up: "
                + "the database, the keys and the email folder live there.")
            .ValidateOnStart();
        services.AddSingleton<DataFolder>();
        services.AddSingleton<KeyFolder>();
        services.AddSingleton<KeyCheck>();
        services.AddSingleton<UnreadableValues>();
        services.AddSingleton<ColumnEncryption>();
        services.AddSingleton<DatabaseStartup>();
        services.AddSingleton<DurableSqlite>();
        services.AddSingleton<WriteGate>();
        services.AddSingleton<BatchWriter>();
        services.AddSingleton<DatabaseProbe>();
        services.AddSingleton<ErasedDataPurge>();
        services.AddSingleton<SqliteBackup>();
        services.AddSingleton<SqliteRestore>();
        services.AddDbContextPool<SiteDbContext>((provider, options) => options
            .UseSqlite(DurableSqlite.ConnectionString(provider.GetRequiredService<DataFolder>().Database))
            .AddInterceptors(provider.GetRequiredService<DurableSqlite>(), EncryptedValueInterceptor.Instance)
            .AddInterceptors(provider.GetServices<IInterceptor>()));

        services.AddHostedService<EncryptedColumnsCheck>();

        services.AddDataProtection().SetApplicationName("PhysioSite");
        services.AddOptions<KeyManagementOptions>().Configure<KeyFolder>((options, folder) => options.XmlRepository = folder);
        return services;
    }

    /// <summary>For commands: only the site itself creates keys.</summary>
    public static IServiceCollection UseExistingKeysOnly(this IServiceCollection services) =>
        services.Configure<KeyManagementOptions>(options => options.AutoGenerateKeys = false);
}
