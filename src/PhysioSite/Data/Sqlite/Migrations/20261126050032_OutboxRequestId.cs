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
            // In one statement with its foreign key. A foreign key that is added later copies the table outside a transaction, so that a
            // database whose upgrade was interrupted could not be upgraded again.
            migrationBuilder.Sql(
                """
                ALTER TABLE "Outbox" ADD COLUMN "RequestId" TEXT NULL
                CONSTRAINT "FK_Outbox_AppointmentRequests_RequestId" REFERENCES "AppointmentRequests" ("Id")
                """);

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
