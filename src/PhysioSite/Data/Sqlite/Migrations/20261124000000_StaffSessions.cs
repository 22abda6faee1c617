using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PhysioSite.Data.Sqlite.Migrations;

/// <summary>Sessions of the staff desk, so that one can be ended on the server.</summary>
[DbContext(typeof(SiteDbContext))]
[Migration("20261124000000_StaffSessions")]
internal sealed class StaffSessions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "StaffSessions",
            columns: table => new
            {
                KeyHash = table.Column<string>(nullable: false, maxLength: 64),
                StaffMemberId = table.Column<Guid>(nullable: false),
                Stamp = table.Column<string>(nullable: false, maxLength: 256),
                StartedUtc = table.Column<DateTime>(nullable: false),
                SeenUtc = table.Column<DateTime>(nullable: false),
                EndsUtc = table.Column<DateTime>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_StaffSessions", row => row.KeyHash);
                table.ForeignKey(
                    name: "FK_StaffSessions_AspNetUsers_StaffMemberId",
                    column: row => row.StaffMemberId,
                    principalTable: "AspNetUsers",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex(name: "IX_StaffSessions_SeenUtc", table: "StaffSessions", column: "SeenUtc");
        migrationBuilder.CreateIndex(name: "IX_StaffSessions_StaffMemberId", table: "StaffSessions", column: "StaffMemberId");
    }

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("StaffSessions");
}
