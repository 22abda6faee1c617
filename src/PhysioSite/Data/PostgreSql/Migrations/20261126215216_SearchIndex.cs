using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhysioSite.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class SearchIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "SearchId",
                table: "AppointmentRequests",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "SearchTerms",
                columns: table => new
                {
                    Term = table.Column<long>(type: "bigint", nullable: false),
                    SearchId = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SearchTerms", x => new { x.Term, x.SearchId });
                });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_SearchId",
                table: "AppointmentRequests",
                column: "SearchId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SearchTerms_SearchId",
                table: "SearchTerms",
                column: "SearchId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "SearchTerms");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_SearchId",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "SearchId",
                table: "AppointmentRequests");
        }
    }
}
