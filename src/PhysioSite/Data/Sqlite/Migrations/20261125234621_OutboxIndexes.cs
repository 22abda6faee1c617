using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhysioSite.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class OutboxIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_Outbox_About",
                table: "Outbox",
                column: "About");

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_CreatedUtc",
                table: "Outbox",
                column: "CreatedUtc");

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_Scope_State_CreatedUtc",
                table: "Outbox",
                columns: new[] { "Scope", "State", "CreatedUtc" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Outbox_About",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_Outbox_CreatedUtc",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_Outbox_Scope_State_CreatedUtc",
                table: "Outbox");
        }
    }
}
