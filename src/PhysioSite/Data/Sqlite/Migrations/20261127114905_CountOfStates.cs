using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhysioSite.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class CountOfStates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_ListUnacknowledged",
                table: "AppointmentRequests");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_RemindUtc",
                table: "AppointmentRequests");

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_CountOfStates",
                table: "AppointmentRequests",
                columns: new[] { "State", "Language" });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_ListUnacknowledged",
                table: "AppointmentRequests",
                columns: new[] { "DueUtc", "Id", "ClinicSlug", "Language", "UnacknowledgedUtc" },
                filter: "\"UnacknowledgedUtc\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_RemindUtc",
                table: "AppointmentRequests",
                column: "RemindUtc",
                filter: "\"RemindUtc\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_CountOfStates",
                table: "AppointmentRequests");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_ListUnacknowledged",
                table: "AppointmentRequests");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_RemindUtc",
                table: "AppointmentRequests");

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_ListUnacknowledged",
                table: "AppointmentRequests",
                columns: new[] { "UnacknowledgedUtc", "State", "DueUtc", "Id", "ClinicSlug", "Language" });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_RemindUtc",
                table: "AppointmentRequests",
                column: "RemindUtc");
        }
    }
}
