using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PhysioSite.Data.Sqlite.Migrations;

/// <summary>
/// The first schema. Written by hand, without column type names, so that a provider chooses its own;
/// docs/decisions/0004-migrations-by-hand.md.
/// </summary>
[DbContext(typeof(SiteDbContext))]
[Migration("20261122000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "AppointmentRequests",
            columns: table => new
            {
                Id = table.Column<Guid>(nullable: false),
                Reference = table.Column<string>(nullable: false, maxLength: 8),
                FormKeyHash = table.Column<string>(nullable: false, maxLength: 50),
                StatusTokenHash = table.Column<string>(nullable: false, maxLength: 50),
                ClinicSlug = table.Column<string>(nullable: false, maxLength: 100),
                Visit = table.Column<string>(nullable: false, maxLength: 40),
                Details = table.Column<string>(nullable: false),
                ReceivedUtc = table.Column<DateTime>(nullable: false),
                DueUtc = table.Column<DateTime>(nullable: false),
                State = table.Column<string>(nullable: false, maxLength: 40),
                ClaimedById = table.Column<Guid>(nullable: true),
                ClaimedBy = table.Column<string>(nullable: true, maxLength: 100),
                AgreedUtc = table.Column<DateTime>(nullable: true),
                Outcome = table.Column<string>(nullable: true, maxLength: 40),
                Version = table.Column<int>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AppointmentRequests", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "AspNetRoles",
            columns: table => new
            {
                Id = table.Column<Guid>(nullable: false),
                Name = table.Column<string>(nullable: true, maxLength: 256),
                NormalizedName = table.Column<string>(nullable: true, maxLength: 256),
                ConcurrencyStamp = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetRoles", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "AspNetUsers",
            columns: table => new
            {
                Id = table.Column<Guid>(nullable: false),
                DisplayName = table.Column<string>(nullable: false, maxLength: 100),
                IsActive = table.Column<bool>(nullable: false),
                UserName = table.Column<string>(nullable: true, maxLength: 256),
                NormalizedUserName = table.Column<string>(nullable: true, maxLength: 256),
                Email = table.Column<string>(nullable: true, maxLength: 256),
                NormalizedEmail = table.Column<string>(nullable: true, maxLength: 256),
                EmailConfirmed = table.Column<bool>(nullable: false),
                PasswordHash = table.Column<string>(nullable: true),
                SecurityStamp = table.Column<string>(nullable: true),
                ConcurrencyStamp = table.Column<string>(nullable: true),
                PhoneNumber = table.Column<string>(nullable: true),
                PhoneNumberConfirmed = table.Column<bool>(nullable: false),
                TwoFactorEnabled = table.Column<bool>(nullable: false),
                LockoutEnd = table.Column<DateTimeOffset>(nullable: true),
                LockoutEnabled = table.Column<bool>(nullable: false),
                AccessFailedCount = table.Column<int>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUsers", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "Outbox",
            columns: table => new
            {
                Id = table.Column<Guid>(nullable: false),
                Kind = table.Column<string>(nullable: false, maxLength: 40),
                About = table.Column<string>(nullable: false, maxLength: 40),
                Scope = table.Column<string>(nullable: false, maxLength: 100),
                Content = table.Column<string>(nullable: false),
                State = table.Column<string>(nullable: false, maxLength: 40),
                Attempts = table.Column<int>(nullable: false),
                CreatedUtc = table.Column<DateTime>(nullable: false),
                NextAttemptUtc = table.Column<DateTime>(nullable: false),
                GiveUpUtc = table.Column<DateTime>(nullable: false),
                LeaseId = table.Column<Guid>(nullable: true),
                LeaseUntilUtc = table.Column<DateTime>(nullable: true),
                SentUtc = table.Column<DateTime>(nullable: true),
                LastError = table.Column<string>(nullable: true, maxLength: 300),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Outbox", row => row.Id);
            });

        migrationBuilder.CreateTable(
            name: "RequestEvents",
            columns: table => new
            {
                Id = table.Column<Guid>(nullable: false),
                RequestId = table.Column<Guid>(nullable: false),
                Kind = table.Column<string>(nullable: false, maxLength: 40),
                ById = table.Column<Guid>(nullable: true),
                By = table.Column<string>(nullable: true, maxLength: 100),
                AtUtc = table.Column<DateTime>(nullable: false),
                Note = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_RequestEvents", row => row.Id);
                table.ForeignKey(
                    name: "FK_RequestEvents_AppointmentRequests_RequestId",
                    column: row => row.RequestId,
                    principalTable: "AppointmentRequests",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "AspNetRoleClaims",
            columns: table => new
            {
                Id = table.Column<int>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true),
                RoleId = table.Column<Guid>(nullable: false),
                ClaimType = table.Column<string>(nullable: true),
                ClaimValue = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetRoleClaims", row => row.Id);
                table.ForeignKey(
                    name: "FK_AspNetRoleClaims_AspNetRoles_RoleId",
                    column: row => row.RoleId,
                    principalTable: "AspNetRoles",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "AspNetUserClaims",
            columns: table => new
            {
                Id = table.Column<int>(nullable: false)
                    .Annotation("Sqlite:Autoincrement", true),
                UserId = table.Column<Guid>(nullable: false),
                ClaimType = table.Column<string>(nullable: true),
                ClaimValue = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserClaims", row => row.Id);
                table.ForeignKey(
                    name: "FK_AspNetUserClaims_AspNetUsers_UserId",
                    column: row => row.UserId,
                    principalTable: "AspNetUsers",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "AspNetUserLogins",
            columns: table => new
            {
                LoginProvider = table.Column<string>(nullable: false),
                ProviderKey = table.Column<string>(nullable: false),
                ProviderDisplayName = table.Column<string>(nullable: true),
                UserId = table.Column<Guid>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserLogins", row => new { row.LoginProvider, row.ProviderKey });
                table.ForeignKey(
                    name: "FK_AspNetUserLogins_AspNetUsers_UserId",
                    column: row => row.UserId,
                    principalTable: "AspNetUsers",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "AspNetUserRoles",
            columns: table => new
            {
                UserId = table.Column<Guid>(nullable: false),
                RoleId = table.Column<Guid>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserRoles", row => new { row.UserId, row.RoleId });
                table.ForeignKey(
                    name: "FK_AspNetUserRoles_AspNetRoles_RoleId",
                    column: row => row.RoleId,
                    principalTable: "AspNetRoles",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
                table.ForeignKey(
                    name: "FK_AspNetUserRoles_AspNetUsers_UserId",
                    column: row => row.UserId,
                    principalTable: "AspNetUsers",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "AspNetUserTokens",
            columns: table => new
            {
                UserId = table.Column<Guid>(nullable: false),
                LoginProvider = table.Column<string>(nullable: false),
                Name = table.Column<string>(nullable: false),
                Value = table.Column<string>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_AspNetUserTokens", row => new { row.UserId, row.LoginProvider, row.Name });
                table.ForeignKey(
                    name: "FK_AspNetUserTokens_AspNetUsers_UserId",
                    column: row => row.UserId,
                    principalTable: "AspNetUsers",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "StaffClinics",
            columns: table => new
            {
                StaffMemberId = table.Column<Guid>(nullable: false),
                ClinicSlug = table.Column<string>(nullable: false, maxLength: 100),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_StaffClinics", row => new { row.StaffMemberId, row.ClinicSlug });
                table.ForeignKey(
                    name: "FK_StaffClinics_AspNetUsers_StaffMemberId",
                    column: row => row.StaffMemberId,
                    principalTable: "AspNetUsers",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateIndex(name: "IX_AppointmentRequests_ClinicSlug_State_DueUtc", table: "AppointmentRequests", columns: ["ClinicSlug", "State", "DueUtc"]);
        migrationBuilder.CreateIndex(name: "IX_AppointmentRequests_FormKeyHash", table: "AppointmentRequests", column: "FormKeyHash", unique: true);
        migrationBuilder.CreateIndex(name: "IX_AppointmentRequests_Reference", table: "AppointmentRequests", column: "Reference", unique: true);
        migrationBuilder.CreateIndex(name: "IX_AppointmentRequests_StatusTokenHash", table: "AppointmentRequests", column: "StatusTokenHash", unique: true);
        migrationBuilder.CreateIndex(name: "IX_AspNetRoleClaims_RoleId", table: "AspNetRoleClaims", column: "RoleId");
        migrationBuilder.CreateIndex(name: "RoleNameIndex", table: "AspNetRoles", column: "NormalizedName", unique: true);
        migrationBuilder.CreateIndex(name: "IX_AspNetUserClaims_UserId", table: "AspNetUserClaims", column: "UserId");
        migrationBuilder.CreateIndex(name: "IX_AspNetUserLogins_UserId", table: "AspNetUserLogins", column: "UserId");
        migrationBuilder.CreateIndex(name: "IX_AspNetUserRoles_RoleId", table: "AspNetUserRoles", column: "RoleId");
        migrationBuilder.CreateIndex(name: "EmailIndex", table: "AspNetUsers", column: "NormalizedEmail");
        migrationBuilder.CreateIndex(name: "UserNameIndex", table: "AspNetUsers", column: "NormalizedUserName", unique: true);
        migrationBuilder.CreateIndex(name: "IX_Outbox_State_NextAttemptUtc", table: "Outbox", columns: ["State", "NextAttemptUtc"]);
        migrationBuilder.CreateIndex(name: "IX_RequestEvents_RequestId_AtUtc", table: "RequestEvents", columns: ["RequestId", "AtUtc"]);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var table in new[]
        {
            "StaffClinics", "AspNetUserTokens", "AspNetUserRoles", "AspNetUserLogins", "AspNetUserClaims", "AspNetRoleClaims",
            "RequestEvents", "Outbox", "AspNetUsers", "AspNetRoles", "AppointmentRequests",
        })
        {
            migrationBuilder.DropTable(table);
        }
    }
}
