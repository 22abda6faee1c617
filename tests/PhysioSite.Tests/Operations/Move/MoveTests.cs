using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Operations;
using PhysioSite.Tests.Data;
using PhysioSite.Tests.Data.PostgreSql;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Operations.Move;

/// <summary>The move command: what arrives in PostgreSQL, and that nothing does when it fails.</summary>
public sealed class MoveTests(StoppedSite source) : IClassFixture<StoppedSite>
{
    /// <summary>The wait of the trigger for a test that stops the command.</summary>
    private const long Gate = 20261126;

    [PostgreSqlFact]
    public async Task Move_OfASiteWithEveryKindOfRow_CopiesAllOfThemAndTheSiteGoesOn()
    {
        await source.FillAsync();
        var target = source.NewTarget();
        var settings = source.Settings(
            ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", $"{target};Password=open sesame"));

        using var move = RealSite.Run(settings!, arguments: ["move"]);
        var exit = await move.ExitAsync();

        Assert.True(exit == 0, move.Output);
        Assert.DoesNotContain("sesame", move.Output, StringComparison.Ordinal);
        await using (var connection = await OpenAsync(target))
        {
            var tables = DatabaseComparison.Tables(source.File);
            string[] shared = ["DataProtectionKeys", "SharedCounts", "SharedPages", "SharedValues"];
            Assert.Equal(tables.Concat(shared).Order(StringComparer.Ordinal), DatabaseComparison.Tables(connection));
            Assert.All(tables, table =>
            {
                var expected = DatabaseComparison.OfSqlite(source.File, connection, table);
                Assert.NotEmpty(expected);
                Assert.Equal(expected, DatabaseComparison.OfPostgreSql(connection, table));
                Assert.Matches($@"\b{table} +{expected.Count} row\(s\), checksum [0-9a-f]{{32}}\n", move.Output);
            });
            Assert.All(
                DatabaseComparison.OfPostgreSql(connection, "DataProtectionKeys"),
                key => Assert.DoesNotContain("masterKey", key, StringComparison.Ordinal));
        }

        await AssertSiteGoesOnAsync(target);
        var again = await Assert.ThrowsAsync<StartupException>(() => MoveAsync(source.Settings(), "--to", target));
        Assert.Contains("is not empty", again.Message, StringComparison.Ordinal);
        Assert.Contains("createdb", again.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Move_OfADatabaseOfANewerVersion_SaysWhichProgramCanMoveIt()
    {
        await source.FillAsync();
        await using var connection = new SqliteConnection($"Data Source={source.File};Pooling=False");
        await connection.OpenAsync();
        await ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('99990101000000_Newer', '99')""");
        try
        {
            var refusal = await Assert.ThrowsAsync<StartupException>(() => MoveAsync(source.Settings(), "--to", source.NewTarget()));

            Assert.Contains("of a newer version of the program. Run the command of that", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            await ExecuteAsync("""DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" = '99990101000000_Newer'""");
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    [PostgreSqlFact]
    public async Task Move_ToSeveralServers_GoesToThePrimaryOnly()
    {
        await source.FillAsync();
        using var server = new OwnPostgreSql();
        server.StartStandby();
        const string nobody = "127.0.0.1:1";

        var refusal = await Assert.ThrowsAsync<StartupException>(
            () => MoveAsync(source.Settings(), "--to", OwnPostgreSql.Connect(server.StandbyHost, nobody)));
        var exit = await MoveAsync(source.Settings(), "--to", OwnPostgreSql.Connect(server.StandbyHost, nobody, server.Host));

        Assert.Contains("None of the servers", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, exit);
        await using var primary = await OpenAsync(OwnPostgreSql.Connect(server.Host));
        var moved = DatabaseComparison.OfPostgreSql(primary, "AppointmentRequests");
        Assert.Equal(DatabaseComparison.OfSqlite(source.File, primary, "AppointmentRequests"), moved);
        await using var standby = await OpenAsync(OwnPostgreSql.Connect(server.StandbyHost));
        await Eventually.TrueAsync(
            () => Task.FromResult(DatabaseComparison.Tables(standby).Contains("AppointmentRequests")), "the standby has the tables");
    }

    [PostgreSqlFact]
    public async Task Move_WhoseRowsAreChangedOnTheirWay_IsUndone()
    {
        await source.FillAsync();
        var target = source.NewTarget();
        OnInsert(target, """NEW."Calls" := NEW."Calls" + 1; RETURN NEW;""");

        var refusal = await Assert.ThrowsAsync<StartupException>(() => MoveAsync(source.Settings(), "--to", target));

        Assert.Contains("AppointmentRequests is not the same in PostgreSQL", refusal.Message, StringComparison.Ordinal);
        await AssertEmptyAsync(target);
    }

    [PostgreSqlFact]
    public async Task Move_ThatFailsHalfway_LeavesAnEmptyDatabaseForTheNextRun()
    {
        await source.FillAsync();
        var target = source.NewTarget();
        OnInsert(target, "RAISE EXCEPTION 'disk full';");

        var refusal = await Assert.ThrowsAsync<StartupException>(() => MoveAsync(source.Settings(), "--to", target));

        Assert.Contains("Nothing was moved: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("disk full", refusal.Message, StringComparison.Ordinal);
        await AssertEmptyAsync(target);
        PostgreSqlServer.Administer(target, "DROP EVENT TRIGGER on_create");
        Assert.Equal(0, await MoveAsync(source.Settings(), "--to", target));
    }

    /// <summary>The server may have stored everything when its last answer is lost.</summary>
    [PostgreSqlFact]
    public async Task Move_WhoseLastStepIsNotConfirmed_DoesNotSayThatNothingWasMoved()
    {
        await source.FillAsync();
        var target = source.NewTarget();
        OnInsert(target, "RAISE EXCEPTION 'cut off';", "CONSTRAINT TRIGGER on_insert AFTER INSERT", "DEFERRABLE INITIALLY DEFERRED");

        var refusal = await Assert.ThrowsAsync<StartupException>(() => MoveAsync(source.Settings(), "--to", target));

        Assert.StartsWith("The server did not confirm that the move is complete: ", refusal.Message, StringComparison.Ordinal);
        await AssertEmptyAsync(target);
    }

    /// <summary>The server has stored everything, but would lose it with its disk.</summary>
    [PostgreSqlFact]
    public async Task Move_ThatTheStandbyDoesNotConfirm_IsNoSuccess()
    {
        await source.FillAsync();
        using var server = new OwnPostgreSql();
        await server.WaitForStandbyAsync("nobody");
        var target = $"{OwnPostgreSql.Connect(server.Host)};Command Timeout=2";

        var refusal = await Assert.ThrowsAsync<StartupException>(() => MoveAsync(source.Settings(), "--to", target));

        Assert.StartsWith("Everything was moved, but the standby", refusal.Message, StringComparison.Ordinal);
        await using var connection = await OpenAsync(target);
        Assert.NotEmpty(DatabaseComparison.OfPostgreSql(connection, "AppointmentRequests"));
    }

    [PostgreSqlFact]
    public async Task Move_StoppedWhileItCopies_LeavesAnEmptyDatabase()
    {
        await source.FillAsync();
        var target = source.NewTarget();
        OnInsert(target, $"PERFORM pg_advisory_xact_lock({Gate}); RETURN NEW;");
        await using var gate = await OpenAsync(target);
        await using var close = new NpgsqlCommand($"SELECT pg_advisory_lock({Gate})", gate);
        await close.ExecuteNonQueryAsync();
        using var move = RealSite.Run(source.Settings()!, arguments: ["move", "--to", target]);
        await using var waiting = new NpgsqlCommand("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", gate);
        await Eventually.TrueAsync(async () => (long)(await waiting.ExecuteScalarAsync())! > 0, "the command copies");

        move.AskToStop();

        Assert.Equal(CommandHost.Terminated, await move.ExitAsync());
        await AssertEmptyAsync(target);
    }

    [PostgreSqlFact]
    public async Task Move_WhileTheSiteRuns_IsRefused()
    {
        using var site = new Site { Provider = DatabaseProvider.Sqlite };
        _ = site.Services;
        var target = source.NewTarget();

        var refusal = await Assert.ThrowsAsync<StartupException>(
            () => MoveAsync(source.Settings(("Data:Folder", site.DataPath)), "--to", target));

        Assert.Contains("Another PhysioSite process is using the data folder", refusal.Message, StringComparison.Ordinal);
        await AssertEmptyAsync(target);
    }

    [PostgreSqlFact]
    public async Task Move_WithoutTheKeysOfTheData_IsRefused()
    {
        await source.FillAsync();
        var folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
        try
        {
            File.Copy(source.File, Path.Combine(folder, "physiosite.db"));
            var target = source.NewTarget();

            var refusal = await Assert.ThrowsAsync<StartupException>(
                () => MoveAsync(source.Settings(("Data:Folder", folder)), "--to", target));

            Assert.Contains("encrypted values cannot be read with the keys", refusal.Message, StringComparison.Ordinal);
            await AssertEmptyAsync(target);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [PostgreSqlFact]
    public async Task Move_ToADatabaseOfAnotherProgram_NamesItsTables()
    {
        await source.FillAsync();
        var target = source.NewTarget();
        PostgreSqlServer.Administer(target, "CREATE TABLE invoices (id int)");

        var refusal = await Assert.ThrowsAsync<StartupException>(() => MoveAsync(source.Settings(), "--to", target));

        Assert.Contains("1 table(s): invoices", refusal.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Move_WithoutWhatItNeeds_SaysWhatToSet()
    {
        await source.FillAsync();
        var target = source.NewTarget();

        var certificate = await Assert.ThrowsAsync<StartupException>(
            () => MoveAsync(source.Settings(("Data:KeyCertificate", "")), "--to", target));
        var connection = await Assert.ThrowsAsync<StartupException>(() => MoveAsync(source.Settings()));
        var wrong = await Assert.ThrowsAsync<StartupException>(() => MoveAsync(source.Settings(), "--to", "postgresql://a:sesame@b/c"));
        var folder = await Assert.ThrowsAsync<StartupException>(
            () => MoveAsync(source.Settings(("Data:Folder", Path.Combine(source.Folder, "mail"))), "--to", target));

        Assert.Contains("Data:KeyCertificate is not set", certificate.Message, StringComparison.Ordinal);
        Assert.Contains("--to", connection.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("There is no database in", folder.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs the command in this process.</summary>
    private static async Task<int> MoveAsync(Dictionary<string, string?> settings, params string[] arguments)
    {
        var created = new List<ServiceProvider>();
        try
        {
            return await new SiteCommands(
                _ => throw new InvalidOperationException("The site would start."),
                more =>
                {
                    var all = new Dictionary<string, string?>(settings);
                    foreach (var pair in more.Select(one => one.Split('=', 2)))
                    {
                        all[pair[0]] = pair[1];
                    }

                    created.Add(StorageServices.Create(all));
                    return created[^1];
                }).RunAsync(["move", .. arguments]);
        }
        finally
        {
            foreach (var services in created)
            {
                await services.DisposeAsync();
            }
        }
    }

    /// <summary>Makes a trigger for requests as soon as the command creates their table.</summary>
    private static void OnInsert(
        string target, string body, string trigger = "TRIGGER on_insert BEFORE INSERT", string when = "") => PostgreSqlServer.Administer(
        target,
        $$"""
        CREATE FUNCTION on_insert() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN {{body}} END $f$;
        CREATE FUNCTION on_create() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN
            IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public."AppointmentRequests"') THEN
                CREATE {{trigger}} ON "AppointmentRequests" {{when}} FOR EACH ROW EXECUTE FUNCTION on_insert();
            END IF;
        END $f$;
        CREATE EVENT TRIGGER on_create ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION on_create();
        """);

    private static async Task<NpgsqlConnection> OpenAsync(string target)
    {
        var connection = new NpgsqlConnection($"{target};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task AssertEmptyAsync(string target)
    {
        await using var connection = await OpenAsync(target);
        Assert.Empty(DatabaseComparison.Tables(connection));
    }

    /// <summary>Staff stay signed in and read what patients wrote, links of patients work, and new rows get new numbers.</summary>
    private async Task AssertSiteGoesOnAsync(string target)
    {
        using var site = new StaffSite { Provider = DatabaseProvider.PostgreSql, Settings = { ["Database:ConnectionString"] = target } };
        site.Clock.Set(source.Stopped);
        using var staff = StoppedSite.Open(site, source.Cookies);
        using var patient = site.Open();
        var (reference, link) = (source.Request.Reference, source.Request.StatusPath);

        var page = await staff.OpenRequestAsync(reference);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Zsófia O’Brien", page.Main, StringComparison.Ordinal);
        Assert.Contains("line with ’ and 😀", page.Main, StringComparison.Ordinal);
        Assert.Contains("Rang twice", page.Main, StringComparison.Ordinal);
        Assert.Contains(reference, (await patient.GetAsync(link)).Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await staff.PressAsync(page, "NoAnswer")).Status);
        await site.AskAsync(("email", "ada@example.com"));
        await site.WithDatabaseAsync(async db =>
        {
            var member = await db.Users.FirstAsync();
            db.UserClaims.Add(new IdentityUserClaim<Guid> { UserId = member.Id, ClaimType = "new", ClaimValue = "é" });
            return await db.SaveChangesAsync();
        });
    }
}
