using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Data.Providers;

namespace PhysioSite.Tests.Data;

/// <summary>The part of the start of the site that opens the data folder, without the rest of the site.</summary>
internal static class StorageServices
{
    /// <exception cref="StartupException">The site would not start.</exception>
    public static Task StartAsync(string folder, params Guid[] lostKeys) => StartAsync(
        lostKeys.Select((key, i) => new KeyValuePair<string, string?>($"Data:LostKeys:{i}", key.ToString()))
            .Append(new("Data:Folder", folder)));

    /// <exception cref="StartupException">The site would not start.</exception>
    /// <exception cref="OptionsValidationException">The settings are not valid.</exception>
    public static async Task StartAsync(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        await using var services = Create(settings);
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            await services.GetRequiredService<IDatabaseStartup>().PrepareAsync(CancellationToken.None);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        }
    }

    public static ServiceProvider Create(IEnumerable<KeyValuePair<string, string?>> settings) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSingleton<IHostEnvironment>(new Machine())
        .AddData(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .BuildServiceProvider();

    private sealed class Machine : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Production";

        public string ApplicationName { get; set; } = "PhysioSite";

        public string ContentRootPath { get; set; } = Path.GetTempPath();

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
