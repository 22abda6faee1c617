using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.PostgreSql;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Data;

/// <summary>Creates the models for <c>dotnet ef</c> without settings, a data folder or keys. It does not open a database.</summary>
internal sealed class DesignTimeDbContextFactory
    : IDesignTimeDbContextFactory<SiteDbContext>, IDesignTimeDbContextFactory<PostgreSqlDbContext>
{
    SiteDbContext IDesignTimeDbContextFactory<SiteDbContext>.CreateDbContext(string[] args) => new(
        new DbContextOptionsBuilder<SiteDbContext>().UseSqlite("Data Source=:memory:").Options, Encryption(), new WriteGate());

    PostgreSqlDbContext IDesignTimeDbContextFactory<PostgreSqlDbContext>.CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PostgreSqlDbContext>();
        options.UsePostgreSql();
        return new PostgreSqlDbContext(options.Options, Encryption());
    }

    private static ColumnEncryption Encryption() => new(
        new EphemeralDataProtectionProvider(),
        new UnreadableValues(TimeProvider.System, NullLogger<UnreadableValues>.Instance));
}
