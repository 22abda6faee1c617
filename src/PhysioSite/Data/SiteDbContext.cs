using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PhysioSite.Data;

/// <summary>The one database. Each entity brings its own configuration; features reach theirs with <c>Set&lt;T&gt;()</c>.</summary>
public sealed class SiteDbContext(DbContextOptions<SiteDbContext> options, Seal seal)
    : IdentityDbContext<StaffMember, IdentityRole<Guid>, Guid>(options)
{
    internal Seal Seal { get; } = seal;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(40);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(SiteDbContext).Assembly);
        builder.UseSeal(Seal);
    }

    /// <summary>Every stored time is UTC; the database does not keep that fact.</summary>
    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        time => time.ToUniversalTime(),
        time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
