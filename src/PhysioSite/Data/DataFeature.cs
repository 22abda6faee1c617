using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Metrics;
using PhysioSite.Data.PostgreSql;
using PhysioSite.Data.Providers;
using PhysioSite.Data.Saving;
using PhysioSite.Data.Sqlite;
using PhysioSite.Telemetry;

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
        services.AddSingleton<IInterceptor, SavedRowsInterceptor>();
        services.AddSingleton(provider => new BatchWriter(
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetServices<ISavedRowsObserver>(),
            provider.GetService<DatabaseTelemetry>()));
        services.AddSingleton<DatabaseProbe>();
        services.AddSingleton<ErasedDataPurge>();
        services.AddSingleton<SqliteBackup>();
        services.AddSingleton<SqliteRestore>();
        services.AddHostedService<EncryptedColumnsCheck>();
        services.AddDataProtection().SetApplicationName("PhysioSite");
        return services.AddDatabase(configuration);
    }

    /// <summary>For commands: only the site itself creates keys.</summary>
    public static IServiceCollection UseExistingKeysOnly(this IServiceCollection services) =>
        services.Configure<KeyManagementOptions>(options => options.AutoGenerateKeys = false);

    public static bool UsesPostgreSql(IConfiguration configuration) =>
        configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() is { Provider: DatabaseProvider.PostgreSql };

    /// <summary>The services that differ between the databases.</summary>
    private static IServiceCollection AddDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DatabaseOptions>().Bind(configuration.GetSection(DatabaseOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>();
        var isPostgreSql = UsesPostgreSql(configuration);
        if (TelemetryFeature.IsExported(configuration))
        {
            services.AddSingleton(provider => new DatabaseTelemetry(
                provider.GetRequiredService<IMeterFactory>(), isPostgreSql ? "postgresql" : "sqlite"));
            services.AddSingleton<IInterceptor>(provider => provider.GetRequiredService<DatabaseTelemetry>());
        }

        return isPostgreSql
            ? services.AddPostgreSql(configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new DataOptions())
            : services.AddSqlite();
    }
}
