using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Data;

/// <summary>The one database. Each entity brings its own configuration; features reach theirs with <c>Set&lt;T&gt;()</c>.</summary>
public sealed class SiteDbContext(DbContextOptions<SiteDbContext> options, ColumnEncryption encryption, WriteGate gate)
    : IdentityDbContext<StaffMember, IdentityRole<Guid>, Guid>(options)
{
    internal ColumnEncryption Encryption { get; } = encryption;

    /// <summary>Takes its turn here and not in an interceptor, which is not told when a save fails because someone else changed the row.</summary>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException("A transaction begun before SaveChanges would hold the database while it waits for the gate. Save everything at once instead.");
        }

        this.EncryptNewValues(Encryption);
        using (await gate.EnterAsync(cancellationToken))
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
    }

    /// <summary>Waits for the turn to change rows without <c>SaveChangesAsync</c>, by <c>ExecuteUpdateAsync</c> or <c>ExecuteDeleteAsync</c>.</summary>
    /// <returns>The turn, which ends when it is disposed.</returns>
    public Task<IDisposable> EnterBulkWriteAsync(CancellationToken cancellationToken) => gate.EnterAsync(cancellationToken);

    /// <summary>Removes the bytes of erased rows from what the database keeps beside its tables.</summary>
    /// <returns>False when a reader prevented it. The next call removes them.</returns>
    public Task<bool> PurgeErasedAsync(CancellationToken cancellationToken) => WalCheckpoint.TruncateAsync(this, cancellationToken);

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

    /// <summary>Every stored time is UTC; the database does not keep that fact.</summary>
    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        time => time.ToUniversalTime(),
        time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
