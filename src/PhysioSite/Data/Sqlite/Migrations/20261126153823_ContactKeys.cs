using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhysioSite.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ContactKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "IsUndone",
                table: "RequestEvents",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "EmailKey",
                table: "AppointmentRequests",
                type: "TEXT",
                maxLength: 22,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "PhoneKey",
                table: "AppointmentRequests",
                type: "TEXT",
                maxLength: 22,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ContactSecrets",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ContactSecrets", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_EmailKey",
                table: "AppointmentRequests",
                column: "EmailKey");

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_PhoneKey",
                table: "AppointmentRequests",
                column: "PhoneKey");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ContactSecrets");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_EmailKey",
                table: "AppointmentRequests");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_PhoneKey",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "IsUndone",
                table: "RequestEvents");

            migrationBuilder.DropColumn(
                name: "EmailKey",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "PhoneKey",
                table: "AppointmentRequests");
        }
    }
}
