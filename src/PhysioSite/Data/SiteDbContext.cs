using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Data;

/// <summary>
/// The only database context of the features. Each entity has its own configuration; features access their entities with
/// <c>Set&lt;T&gt;()</c>. It is the context of SQLite, and the base of the one of PostgreSQL.
/// </summary>
public class SiteDbContext : IdentityDbContext<StaffMember, IdentityRole<Guid>, Guid>
{
    private readonly WriteGate? _gate;

    public SiteDbContext(DbContextOptions<SiteDbContext> options, ColumnEncryption encryption, WriteGate gate)
        : this((DbContextOptions)options, encryption)
    {
        _gate = gate;
    }

    /// <summary>For a database that accepts several writers: without a write gate.</summary>
    protected SiteDbContext(DbContextOptions options, ColumnEncryption encryption)
        : base(options)
    {
        Encryption = encryption;
    }

    internal ColumnEncryption Encryption { get; }

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
        using (await EnterBulkWriteAsync(cancellationToken))
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
    }

    /// <summary>
    /// Enters the write gate for changes without <c>SaveChangesAsync</c>, that is, for <c>ExecuteUpdateAsync</c> or
    /// <c>ExecuteDeleteAsync</c>.
    /// </summary>
    /// <returns>A handle that leaves the gate on disposal.</returns>
    public Task<IDisposable> EnterBulkWriteAsync(CancellationToken cancellationToken) =>
        _gate?.EnterAsync(cancellationToken) ?? Task.FromResult<IDisposable>(new NoGate());

    /// <summary>
    /// Reads something and, if it was found, waits until it is stored as safely as after its commit. What no standby has confirmed
    /// can be read, and be lost.
    /// </summary>
    public virtual Task<T> ReadConfirmedAsync<T>(Func<Task<T>> read, Func<T, bool> isFound, CancellationToken cancellationToken) => read();

    /// <summary>
    /// Limits rows with a key named Id to the given ones, for an update. Where the database locks single rows, it leaves out those that
    /// another writer has locked.
    /// </summary>
    public virtual IQueryable<T> SkipLocked<T>(IQueryable<T> rows, Guid[] ids)
        where T : class =>
        rows.Where(row => ids.Contains(EF.Property<Guid>(row, "Id")));

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

    private sealed class NoGate : IDisposable
    {
        public void Dispose()
        {
        }
    }

    /// <summary>All stored times are UTC. The database does not store the time kind.</summary>
    internal sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        time => time.ToUniversalTime(),
        time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
