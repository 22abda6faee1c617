using System.Net;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Npgsql;
using PhysioSite.Data.Providers;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>Two instances of the site with one database, for all test classes of the collection.</summary>
[CollectionDefinition(nameof(TwoSites))]
public sealed class TwoSites : ICollectionFixture<TwoSites>, IAsyncLifetime
{
    private readonly Lazy<string> _database = new(() => PostgreSqlServer.Create());

    public StaffSite First { get; } = new() { Provider = DatabaseProvider.PostgreSql };

    public StaffSite Second { get; } = new() { Provider = DatabaseProvider.PostgreSql };

    /// <summary>Starts both at the same time with an empty database.</summary>
    public async Task InitializeAsync()
    {
        if (PostgreSqlServer.WhyNot is null)
        {
            await Task.WhenAll(new[] { First, Second }.Select(site => Task.Run(() =>
            {
                site.Settings["Database:ConnectionString"] = _database.Value;
                _ = site.Services;
            })));
        }
    }

    public void AdvanceADay() => Advance(TimeSpan.FromDays(1));

    public void Advance(TimeSpan by)
    {
        First.Clock.Advance(by);
        Second.Clock.Set(First.Clock.GetUtcNow());
    }

    /// <summary>One browser behind a proxy has the same cookies on both instances.</summary>
    public static Browser Open(StaffSite site, CookieContainer cookies) =>
        new(new HttpClient(new CookieContainerHandler(cookies) { InnerHandler = site.Server.CreateHandler() })
        {
            BaseAddress = new Uri("https://localhost"),
        });

    /// <summary>Locks a row until the returned connection is closed.</summary>
    public async Task<NpgsqlConnection> LockAsync(string table, Guid id)
    {
        var connection = new NpgsqlConnection($"{_database.Value};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; SELECT 1 FROM \"{table}\" WHERE \"Id\" = '{id}' FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    public Task DisposeAsync()
    {
        First.Dispose();
        Second.Dispose();
        if (_database.IsValueCreated)
        {
            PostgreSqlServer.Drop(_database.Value);
        }

        return Task.CompletedTask;
    }
}
