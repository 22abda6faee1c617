using System.Data.Common;
using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Providers;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>A server that waits for a standby which is not there.</summary>
public sealed class ConfirmedCommitsTests
{
    [PostgreSqlFact]
    public async Task Submit_WithoutConfirmationOfTheStandby_IsRefusedUntilItIsConfirmed()
    {
        using var server = new OwnPostgreSql();
        using var site = SiteOn(server);
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

    [PostgreSqlFact]
    public async Task OutcomeOfAnEmail_WithoutConfirmationOfTheStandby_IsRecordedAgainUntilItIsConfirmed()
    {
        using var server = new OwnPostgreSql();
        using var site = SiteOn(server);
        await site.StopSendingAsync();
        await site.WithDatabaseAsync(db =>
        {
            var text = new EmailText("Subject", ["Text"], [], null, []);
            db.Add(OutboxSteps.Email("SENT", "patient@patients.example", text, site.Clock.UtcNow));
            db.Add(OutboxSteps.Email("NOT-SENT", "patient@patients.example", text, site.Clock.UtcNow));
            return db.SaveChangesAsync();
        });
        var leases = new OutboxLeases(site.Services.GetRequiredService<IServiceScopeFactory>(), site.Clock, TimeSpan.FromSeconds(30));
        var emails = (await leases.TakeAsync([], CancellationToken.None)).ToDictionary(email => email.Reference);
        var now = site.Clock.UtcNow;
        var records = new Func<Task<bool>>[]
        {
            () => leases.RecordSentAsync(emails["SENT"]),
            () => leases.RecordNotSentAsync(emails["NOT-SENT"], OutboxState.Waiting, 1, now, now, "The server was busy."),
        };
        await server.WaitForStandbyAsync("nobody");

        foreach (var recordAsync in records.Concat(records))
        {
            await Assert.ThrowsAnyAsync<DbException>(recordAsync);
        }

        await server.WaitForStandbyAsync("");
        foreach (var recordAsync in records)
        {
            Assert.True(await recordAsync());
        }
    }

    private static StaffSite SiteOn(OwnPostgreSql server) => new()
    {
        Provider = DatabaseProvider.PostgreSql,
        Settings = { ["Database:ConnectionString"] = $"{OwnPostgreSql.Connect(server.Host)};Command Timeout=2" },
    };
}
