using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhysioSite.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class RequestWorkflow : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Result",
                table: "RequestEvents",
                type: "TEXT",
                maxLength: 40,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "TimeUtc",
                table: "RequestEvents",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "CalendarSequence",
                table: "AppointmentRequests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Calls",
                table: "AppointmentRequests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "ChangedUtc",
                table: "AppointmentRequests",
                type: "TEXT",
                nullable: false,
                defaultValue: new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Utc));

            migrationBuilder.AddColumn<int>(
                name: "ErasureWarnings",
                table: "AppointmentRequests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "NotCalledUtc",
                table: "AppointmentRequests",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "RemindUtc",
                table: "AppointmentRequests",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "UnacknowledgedUtc",
                table: "AppointmentRequests",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "WarnedUtc",
                table: "AppointmentRequests",
                type: "TEXT",
                nullable: true);

            migrationBuilder.Sql(
                """
                UPDATE "AppointmentRequests" SET
                    "ChangedUtc" = COALESCE(
                        (SELECT MAX("AtUtc") FROM "RequestEvents"
                            WHERE "RequestId" = "AppointmentRequests"."Id" AND "Kind" NOT IN ('Viewed', 'Escalated')),
                        "ReceivedUtc"),
                    "Calls" = (SELECT COUNT(*) FROM "RequestEvents"
                        WHERE "RequestId" = "AppointmentRequests"."Id" AND "Kind" = 'NoAnswer')
                """);

            // The time of earlier agreements was not stored.
            migrationBuilder.Sql(
                """
                UPDATE "RequestEvents" SET "TimeUtc" = (
                    SELECT "AgreedUtc" FROM "AppointmentRequests" WHERE "AppointmentRequests"."Id" = "RequestEvents"."RequestId")
                WHERE "Kind" = 'Scheduled' AND NOT EXISTS (
                    SELECT 1 FROM "RequestEvents" AS "Later"
                    WHERE "Later"."RequestId" = "RequestEvents"."RequestId" AND "Later"."Kind" = 'Scheduled'
                        AND "Later"."AtUtc" > "RequestEvents"."AtUtc")
                """);

            migrationBuilder.CreateTable(
                name: "RequestTransfers",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    RequestId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Reference = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false),
                    FromClinic = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    ToClinic = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    By = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    AtUtc = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RequestTransfers", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RequestTransfers_AppointmentRequests_RequestId",
                        column: x => x.RequestId,
                        principalTable: "AppointmentRequests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_RemindUtc",
                table: "AppointmentRequests",
                column: "RemindUtc");

            migrationBuilder.CreateIndex(
                name: "IX_RequestTransfers_FromClinic_AtUtc",
                table: "RequestTransfers",
                columns: new[] { "FromClinic", "AtUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_RequestTransfers_Reference",
                table: "RequestTransfers",
                column: "Reference");

            migrationBuilder.CreateIndex(
                name: "IX_RequestTransfers_RequestId",
                table: "RequestTransfers",
                column: "RequestId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "RequestTransfers");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_RemindUtc",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "Result",
                table: "RequestEvents");

            migrationBuilder.DropColumn(
                name: "TimeUtc",
                table: "RequestEvents");

            migrationBuilder.DropColumn(
                name: "CalendarSequence",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "Calls",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "ChangedUtc",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "ErasureWarnings",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "NotCalledUtc",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "RemindUtc",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "UnacknowledgedUtc",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "WarnedUtc",
                table: "AppointmentRequests");
        }
    }
}
