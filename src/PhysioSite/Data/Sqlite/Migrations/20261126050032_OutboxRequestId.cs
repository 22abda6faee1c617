using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhysioSite.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class OutboxRequestId : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "RequestId",
                table: "Outbox",
                type: "TEXT",
                nullable: true);

            // Emails were related to a request by its reference only.
            migrationBuilder.Sql(
                """
                UPDATE "Outbox" SET "RequestId" = (
                    SELECT "Id" FROM "AppointmentRequests" WHERE "AppointmentRequests"."Reference" = "Outbox"."About")
                """);

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_RequestId",
                table: "Outbox",
                column: "RequestId");

            migrationBuilder.AddForeignKey(
                name: "FK_Outbox_AppointmentRequests_RequestId",
                table: "Outbox",
                column: "RequestId",
                principalTable: "AppointmentRequests",
                principalColumn: "Id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Outbox_AppointmentRequests_RequestId",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_Outbox_RequestId",
                table: "Outbox");

            migrationBuilder.DropColumn(
                name: "RequestId",
                table: "Outbox");
        }
    }
}
