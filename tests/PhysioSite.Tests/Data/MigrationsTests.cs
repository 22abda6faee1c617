using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PhysioSite.Data;
using PhysioSite.Data.PostgreSql;

namespace PhysioSite.Tests.Data;

/// <summary>
/// A migration is applied as a whole or not at all, so that a start can repeat an upgrade during which the program was killed.
/// </summary>
public sealed class MigrationsTests
{
    private readonly DesignTimeDbContextFactory _factory = new();

    [Fact]
    public void SqliteMigrations_DoNotLeaveTheirTransaction()
    {
        using var db = ((IDesignTimeDbContextFactory<SiteDbContext>)_factory).CreateDbContext([]);

        AssertDoNotLeaveTheirTransaction(db);
    }

    [Fact]
    public void PostgreSqlMigrations_DoNotLeaveTheirTransaction()
    {
        using var db = ((IDesignTimeDbContextFactory<PostgreSqlDbContext>)_factory).CreateDbContext([]);

        AssertDoNotLeaveTheirTransaction(db);
    }

    private static void AssertDoNotLeaveTheirTransaction(DbContext db)
    {
        var assembly = db.GetService<IMigrationsAssembly>();
        Assert.All(assembly.Migrations, named =>
        {
            var migration = assembly.CreateMigration(named.Value, db.Database.ProviderName!);
            var model = db.GetService<IModelRuntimeInitializer>().Initialize(migration.TargetModel, designTime: true);

            var commands = db.GetService<IMigrationsSqlGenerator>().Generate(migration.UpOperations, model);

            Assert.NotEmpty(commands);
            Assert.Empty(commands.Where(command => command.TransactionSuppressed).Select(command => command.CommandText));
        });
    }
}
