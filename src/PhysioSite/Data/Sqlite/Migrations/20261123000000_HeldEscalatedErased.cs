using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PhysioSite.Data.Sqlite.Migrations;

/// <summary>Requests that are held as spam, escalated, kept and erased; a clinic's daily digest.</summary>
[DbContext(typeof(SiteDbContext))]
[Migration("20261123000000_HeldEscalatedErased")]
internal sealed class HeldEscalatedErased : Migration
{
    private const string Requests = "AppointmentRequests";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<DateTime>(name: "ClosedUtc", table: Requests, nullable: true);
        migrationBuilder.AddColumn<DateTime>(name: "EscalateUtc", table: Requests, nullable: true);
        migrationBuilder.AddColumn<int>(name: "Escalations", table: Requests, nullable: false, defaultValue: 0);
        migrationBuilder.AddColumn<string>(name: "HeldBecause", table: Requests, nullable: true, maxLength: 200);
        migrationBuilder.AddColumn<string>(name: "HeldToken", table: Requests, nullable: true);
        migrationBuilder.AddColumn<string>(name: "KeepReason", table: Requests, nullable: true);
        migrationBuilder.AddColumn<DateTime>(name: "ErasedUtc", table: Requests, nullable: true);

        migrationBuilder.Sql("""UPDATE "AppointmentRequests" SET "EscalateUtc" = "DueUtc" WHERE "State" = 'New'""");
        migrationBuilder.Sql(
            """
            UPDATE "AppointmentRequests" SET "ClosedUtc" = COALESCE(
                (SELECT MAX("AtUtc") FROM "RequestEvents" WHERE "RequestId" = "AppointmentRequests"."Id" AND "Kind" IN ('Closed', 'Withdrawn')), "ReceivedUtc")
            WHERE "State" IN ('Closed', 'Withdrawn')
            """);

        migrationBuilder.CreateTable(
            name: "ClinicDigests",
            columns: table => new
            {
                ClinicSlug = table.Column<string>(nullable: false, maxLength: 100),
                Day = table.Column<DateOnly>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_ClinicDigests", row => new { row.ClinicSlug, row.Day });
            });
        migrationBuilder.CreateIndex(name: "IX_AppointmentRequests_EscalateUtc", table: Requests, column: "EscalateUtc");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("ClinicDigests");
        migrationBuilder.DropIndex(name: "IX_AppointmentRequests_EscalateUtc", table: Requests);
        foreach (var column in new[] { "ClosedUtc", "EscalateUtc", "Escalations", "HeldBecause", "HeldToken", "KeepReason", "ErasedUtc" })
        {
            // EF Core has no DROP COLUMN for SQLite, which has had one since 3.35.
            migrationBuilder.Sql($"""ALTER TABLE "{Requests}" DROP COLUMN "{column}" """);
        }
    }
}
