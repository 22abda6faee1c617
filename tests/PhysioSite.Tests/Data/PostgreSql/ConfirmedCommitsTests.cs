using System.Net;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>A server that waits for a standby which is not there.</summary>
public sealed class ConfirmedCommitsTests
{
    [PostgreSqlFact]
    public async Task Submit_WithoutConfirmationOfTheStandby_IsRefusedUntilItIsConfirmed()
    {
        using var server = new OwnPostgreSql();
        using var site = new StaffSite
        {
            Provider = DatabaseProvider.PostgreSql,
            Settings = { ["Database:ConnectionString"] = $"{OwnPostgreSql.Connect(server.Host)};Command Timeout=2" },
        };
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        await WaitForStandbyAsync(server, "nobody");

        var refused = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());
        var refusedAgain = await browser.SubmitAsync(refused, RequestJourney.Form, []);
        await WaitForStandbyAsync(server, "");
        var accepted = await browser.SubmitAsync(refusedAgain, RequestJourney.Form, []);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refusedAgain.Status);
        Assert.Equal(HttpStatusCode.Redirect, accepted.Status);
        Assert.Equal(1, await site.WithDatabaseAsync(db => db.Set<AppointmentRequest>().CountAsync()));
    }

    private static async Task WaitForStandbyAsync(OwnPostgreSql server, string name)
    {
        await using var connection = new NpgsqlConnection($"{OwnPostgreSql.Connect(server.Host)};Pooling=false");
        await connection.OpenAsync();
        foreach (var sql in (string[])[$"ALTER SYSTEM SET synchronous_standby_names = '{name}'", "SELECT pg_reload_conf()"])
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await using var command = new NpgsqlCommand("SHOW synchronous_standby_names", connection);
                return await command.ExecuteScalarAsync() is string set && set == name;
            },
            "the server has read its settings");
    }
}
