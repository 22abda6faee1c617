using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Data;

/// <summary>Creates the model for <c>dotnet ef</c> without settings, a data folder or keys. It does not open a database.</summary>
internal sealed class DesignTimeDbContextFactory : IDesignTimeDbContextFactory<SiteDbContext>
{
    public SiteDbContext CreateDbContext(string[] args) => new(
        new DbContextOptionsBuilder<SiteDbContext>().UseSqlite("Data Source=:memory:").Options,
        new ColumnEncryption(
            new EphemeralDataProtectionProvider(),
            new UnreadableValues(TimeProvider.System, NullLogger<UnreadableValues>.Instance)),
        new WriteGate());
}
