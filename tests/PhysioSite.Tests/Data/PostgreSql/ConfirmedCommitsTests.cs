using System.Net;
using Microsoft.EntityFrameworkCore;
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
        await server.WaitForStandbyAsync("nobody");

        var refused = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());
        var refusedAgain = await browser.SubmitAsync(refused, RequestJourney.Form, []);
        await server.WaitForStandbyAsync("");
        var accepted = await browser.SubmitAsync(refusedAgain, RequestJourney.Form, []);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refusedAgain.Status);
        Assert.Equal(HttpStatusCode.Redirect, accepted.Status);
        Assert.Equal(1, await site.WithDatabaseAsync(db => db.Set<AppointmentRequest>().CountAsync()));
    }
}
