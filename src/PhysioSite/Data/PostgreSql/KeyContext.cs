using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace PhysioSite.Data.PostgreSql;

/// <summary>
/// The table of the data-protection keys, which the framework reads and writes. It is a context of its own, because the framework saves
/// synchronously. <see cref="PostgreSqlDbContext"/> has the migrations.
/// </summary>
internal sealed class KeyContext(DbContextOptions<KeyContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public const string Table = "DataProtectionKeys";

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<DataProtectionKey>().ToTable(Table);
}
