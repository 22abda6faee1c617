using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Data;

/// <summary>
/// The only database context. Each entity has its own configuration; features access their entities with <c>Set&lt;T&gt;()</c>.
/// </summary>
public sealed class SiteDbContext(DbContextOptions<SiteDbContext> options, ColumnEncryption encryption, WriteGate gate)
    : IdentityDbContext<StaffMember, IdentityRole<Guid>, Guid>(options)
{
    internal ColumnEncryption Encryption { get; } = encryption;

    /// <summary>
    /// Enters the write gate here and not in an interceptor, because an interceptor is not notified when a save fails with a concurrency
    /// conflict.
    /// </summary>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException(
                "A transaction begun before SaveChanges would hold the database while it waits for the gate. "
                + "Save everything at once instead.");
        }

        this.EncryptNewValues(Encryption);
        using (await gate.EnterAsync(cancellationToken))
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
    }

    /// <summary>
    /// Enters the write gate for changes without <c>SaveChangesAsync</c>, that is, for <c>ExecuteUpdateAsync</c> or
    /// <c>ExecuteDeleteAsync</c>.
    /// </summary>
    /// <returns>A handle that leaves the gate on disposal.</returns>
    public Task<IDisposable> EnterBulkWriteAsync(CancellationToken cancellationToken) => gate.EnterAsync(cancellationToken);

    public override int SaveChanges(bool acceptAllChangesOnSuccess) => throw new NotSupportedException("Use SaveChangesAsync.");

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
    }

    /// <summary>All stored times are UTC. The database does not store the time kind.</summary>
    internal sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        time => time.ToUniversalTime(),
        time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
