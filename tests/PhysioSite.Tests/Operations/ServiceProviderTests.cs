using PhysioSite.Data;

namespace PhysioSite.Tests.Operations;

/// <summary>
/// Services that cannot be created, and services that outlive their dependencies, are detected at startup in every environment.
/// </summary>
public sealed class ServiceProviderTests
{
    /// <summary>The test sites run in Production, where ASP.NET Core does not validate scopes by default.</summary>
    [Fact]
    public void Scopes_InProduction_AreValidated()
    {
        using var site = new Site();
        Assert.True(site.Services.GetRequiredService<IHostEnvironment>().IsProduction());

        var thrown = Assert.Throws<InvalidOperationException>(() => site.Services.GetRequiredService<SiteDbContext>());

        Assert.Contains("scoped", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_InProductionWithACaptiveDependency_IsRefused()
    {
        using var site = new Site { Replace = services => services.AddSingleton<Captor>() };

        var thrown = Assert.ThrowsAny<Exception>(() => site.Services);

        Assert.Contains(nameof(Captor), thrown.ToString(), StringComparison.Ordinal);
        Assert.Contains("Cannot consume scoped service", thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_InProductionWithAMissingDependency_IsRefused()
    {
        using var site = new Site { Replace = services => services.AddTransient<Orphan>() };

        var thrown = Assert.ThrowsAny<Exception>(() => site.Services);

        Assert.Contains($"Unable to resolve service for type '{typeof(Absent)}'", thrown.ToString(), StringComparison.Ordinal);
    }

    private sealed class Captor(SiteDbContext db)
    {
        public SiteDbContext Db { get; } = db;
    }

    private sealed class Absent;

    private sealed class Orphan(Absent absent)
    {
        public Absent Absent { get; } = absent;
    }
}
