using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhysioSite.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class DueEmails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Outbox_State_NextAttemptUtc",
                table: "Outbox");

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_CountOfStates",
                table: "Outbox",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_Due",
                table: "Outbox",
                columns: new[] { "State", "NextAttemptUtc", "Attempts", "LeaseUntilUtc" },
                filter: "\"State\" = 'Waiting'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Outbox_CountOfStates",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_Outbox_Due",
                table: "Outbox");

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_State_NextAttemptUtc",
                table: "Outbox",
                columns: new[] { "State", "NextAttemptUtc" });
        }
    }
}
