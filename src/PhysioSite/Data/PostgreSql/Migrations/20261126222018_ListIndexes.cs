using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhysioSite.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class ListIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Outbox_CreatedUtc",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_Outbox_Scope_State_CreatedUtc",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_ClinicSlug_State_DueUtc",
                table: "AppointmentRequests");

            migrationBuilder.AddColumn<DateTime>(
                name: "BodyDroppedUtc",
                table: "Outbox",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_List",
                table: "Outbox",
                columns: new[] { "CreatedUtc", "Id", "Scope" });

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_ListOfClinic",
                table: "Outbox",
                columns: new[] { "Scope", "State", "CreatedUtc", "Id", "SentUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_ListOfState",
                table: "Outbox",
                columns: new[] { "State", "CreatedUtc", "Id", "Scope" });

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_SentUtc_BodyDroppedUtc",
                table: "Outbox",
                columns: new[] { "SentUtc", "BodyDroppedUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_List",
                table: "AppointmentRequests",
                columns: new[] { "Id", "ClinicSlug", "Language" });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_ListByAgreed",
                table: "AppointmentRequests",
                columns: new[] { "State", "AgreedUtc", "Id", "ClinicSlug", "Language" });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_ListByClosed",
                table: "AppointmentRequests",
                columns: new[] { "State", "ClosedUtc", "Id", "ClinicSlug", "Language", "ErasedUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_ListByDue",
                table: "AppointmentRequests",
                columns: new[] { "State", "DueUtc", "Id", "ClinicSlug", "Language", "ClaimedById", "UnacknowledgedUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_ListOfClinic",
                table: "AppointmentRequests",
                columns: new[] { "ClinicSlug", "State", "DueUtc", "Id", "ClosedUtc", "AgreedUtc", "ErasedUtc", "UnacknowledgedUtc", "Language", "ClaimedById" });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_ListUnacknowledged",
                table: "AppointmentRequests",
                columns: new[] { "UnacknowledgedUtc", "State", "DueUtc", "Id", "ClinicSlug", "Language" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Outbox_List",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_Outbox_ListOfClinic",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_Outbox_ListOfState",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_Outbox_SentUtc_BodyDroppedUtc",
                table: "Outbox");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_List",
                table: "AppointmentRequests");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_ListByAgreed",
                table: "AppointmentRequests");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_ListByClosed",
                table: "AppointmentRequests");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_ListByDue",
                table: "AppointmentRequests");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_ListOfClinic",
                table: "AppointmentRequests");

            migrationBuilder.DropIndex(
                name: "IX_AppointmentRequests_ListUnacknowledged",
                table: "AppointmentRequests");

            migrationBuilder.DropColumn(
                name: "BodyDroppedUtc",
                table: "Outbox");

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_CreatedUtc",
                table: "Outbox",
                column: "CreatedUtc");

            migrationBuilder.CreateIndex(
                name: "IX_Outbox_Scope_State_CreatedUtc",
                table: "Outbox",
                columns: new[] { "Scope", "State", "CreatedUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_AppointmentRequests_ClinicSlug_State_DueUtc",
                table: "AppointmentRequests",
                columns: new[] { "ClinicSlug", "State", "DueUtc" });
        }
    }
}
