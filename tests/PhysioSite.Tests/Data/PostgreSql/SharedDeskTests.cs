using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.PostgreSql.Instances;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Live;
using PhysioSite.Tests.Features.Staff;
using PhysioSite.Tests.Features.Staff.Live;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>Sessions and open pages of staff with two instances: what one of them changes takes effect on the other.</summary>
[Collection(nameof(TwoSites))]
public sealed class SharedDeskTests(TwoSites sites)
{
    [PostgreSqlFact]
    public async Task Session_OfOneInstance_IsOneOfTheOtherAndEndsOnBothWhenSignedOut()
    {
        var email = await AddAsync();
        var cookies = new CookieContainer();
        using var first = TwoSites.Open(sites.First, cookies);
        using var second = TwoSites.Open(sites.Second, Copy(await SignInAsync(first, email, cookies)));
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/staff")).Status);
        await using var events = await LiveEvents.OpenAsync(second, "/staff/live");
        await events.UntilAsync("session");

        await first.SubmitAsync(await first.GetAsync("/staff"), "header form", []);

        Assert.Equal(HttpStatusCode.Redirect, (await second.GetAsync("/staff")).Status);
        await events.UntilAsync("ended");
    }

    [PostgreSqlFact]
    public async Task Session_OfAPersonWhoseAccountOrPasswordChanges_EndsOnTheOtherInstance()
    {
        var email = await AddAsync();
        var cookies = new CookieContainer();
        using var first = TwoSites.Open(sites.First, cookies);
        await SignInAsync(first, email, cookies);
        using var elsewhere = sites.Second.Open();
        await elsewhere.SignInAsync(email, StaffJourney.Password);
        await using var events = await LiveEvents.OpenAsync(elsewhere, "/staff/live");
        await events.UntilAsync("session");

        const string NewPassword = "five words that differ more";
        var changed = await first.SubmitAsync(
            await first.GetAsync("/staff/password"), "main form", [new("Current", StaffJourney.Password), new("Password", NewPassword)]);
        Assert.Equal(HttpStatusCode.Redirect, changed.Status);
        await events.UntilAsync("ended");
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync("/staff")).Status);

        await elsewhere.SignInAsync(email, NewPassword);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("/staff")).Status);
        await using var newEvents = await LiveEvents.OpenAsync(elsewhere, "/staff/live");
        await newEvents.UntilAsync("session");
        using var administrator = await sites.First.AdministratorAsync(sites.First.NewEmail("admin"));
        await administrator.SubmitAsync(
            await administrator.GetAsync(await sites.First.PersonPathAsync(email)), "main form", [new("Active", null)]);
        await newEvents.UntilAsync("ended");
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync("/staff")).Status);
    }

    [PostgreSqlFact]
    public async Task Request_StoredByOneInstance_ReachesTheOpenPagesOfTheOther()
    {
        using var madison = await sites.Second.MadisonAsync(sites.Second.NewEmail("second"));
        using var phoenix = await sites.Second.PhoenixAsync(sites.Second.NewEmail("second"));
        await using var events = await LiveEvents.OpenAsync(madison, "/staff/live");
        await using var others = await LiveEvents.OpenAsync(phoenix, "/staff/live");
        await events.UntilAsync("session");
        await others.UntilAsync("session");

        var receipt = await sites.First.AskAsync(("clinic", "madison"));
        await events.UntilAsync("changed");
        await using var request = await LiveEvents.OpenAsync(madison, $"/staff/live?request={receipt.Reference}");
        Assert.Equal("{\"version\":0}", (await request.UntilAsync("changed")).Data);
        using var colleague = await sites.First.MadisonAsync(sites.First.NewEmail("first"));
        await colleague.PressAsync(await colleague.OpenRequestAsync(receipt.Reference), "Claim");
        Assert.Equal("{\"version\":1}", (await request.UntilAsync("changed")).Data);

        await phoenix.SubmitAsync(await phoenix.GetAsync("/staff"), "header form", []);
        await others.UntilAsync("ended");
        Assert.DoesNotContain(others.Seen, item => item.EventType == "changed");
    }

    [PostgreSqlFact]
    public async Task Request_OpenedOnOneInstance_IsMarkedOnTheOtherUntilItIsClosed()
    {
        using var ana = await sites.First.MadisonAsync(sites.First.NewEmail("ana"));
        using var ben = await sites.Second.MadisonAsync(sites.Second.NewEmail("ben"));
        var reference = (await sites.First.AskAsync(("clinic", "madison"))).Reference;
        await using var desk = await LiveEvents.OpenAsync(ben, "/staff/live");
        await desk.UntilAsync("session");
        await using var request = await LiveEvents.OpenAsync(ben, $"/staff/live?request={reference}");
        await request.UntilAsync("changed");

        var opened = await LiveEvents.OpenAsync(ana, $"/staff/live?request={reference}");

        Assert.Matches("""^\["ben\d*"\]$""", (await opened.UntilAsync("colleagues")).Data);
        Assert.Matches("""^\["ana\d*"\]$""", (await request.UntilAsync("colleagues")).Data);
        await desk.UntilAsync("changed");
        Assert.Matches(@"^ana\d* has this open$", await OpenInQueueAsync(ben, reference));
        using var updates = sites.Second.Services.GetRequiredService<LiveUpdates>().Subscribe("none");
        await opened.DisposeAsync();
        Assert.Equal(["madison"], await updates.WaitAsync(TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Equal("[]", (await request.UntilAsync("colleagues")).Data);
        Assert.Null(await OpenInQueueAsync(ben, reference));
    }

    /// <summary>Longer than a report lasts, so that the page must have been reported again.</summary>
    [PostgreSqlFact]
    public async Task Request_OpenForLong_StaysMarkedOnTheOtherInstance()
    {
        using var ana = await sites.First.MadisonAsync(sites.First.NewEmail("ana"));
        using var ben = await sites.Second.MadisonAsync(sites.Second.NewEmail("ben"));
        var reference = (await sites.First.AskAsync(("clinic", "madison"))).Reference;
        await using var opened = await LiveEvents.OpenAsync(ana, $"/staff/live?request={reference}");
        foreach (var seconds in (int[])[870, 840])
        {
            sites.Advance(TimeSpan.FromSeconds(30));

            // Before the second event, the page is reported after the clock moved.
            await SessionAsync(seconds);
            await SessionAsync(seconds);
            Assert.Matches(@"^ana\d* has this open$", await OpenInQueueAsync(ben, reference));
        }

        sites.Advance(IPresence.Interval);
        Assert.Matches(@"^ana\d* has this open$", await OpenInQueueAsync(ben, reference));

        // Each change of a request wakes the stream.
        async Task SessionAsync(int seconds)
        {
            await sites.First.AskAsync(("clinic", "madison"));
            while ((await opened.UntilAsync("session")).Data != $"{{\"seconds\":{seconds}}}")
            {
            }
        }
    }

    /// <summary>What an instance reported ends with it, and the table has nothing but ids.</summary>
    [PostgreSqlFact]
    public async Task Request_OpenOnAnInstanceThatWasKilled_IsNotMarkedAnyMore()
    {
        var email = sites.First.NewEmail("ana");
        (await sites.First.MadisonAsync(email)).Dispose();
        using var ben = await sites.Second.MadisonAsync(sites.Second.NewEmail("ben"));
        var receipt = await sites.First.AskAsync(("clinic", "madison"));
        var (request, person) = await sites.First.WithDatabaseAsync(async db => (
            await db.Set<AppointmentRequest>().Where(row => row.Reference == receipt.Reference).Select(row => row.Id).SingleAsync(),
            await db.Set<StaffMember>().Where(member => member.Email == email).Select(member => member.Id).SingleAsync()));

        // Nobody reports it again, and nobody removes it.
        await sites.First.Services.GetRequiredService<IPresence>().ReportAsync(Guid.NewGuid(), new OpenPage(request, person));

        Assert.Matches(@"^ana\d* has this open$", await OpenInQueueAsync(ben, receipt.Reference));
        await using var open = await LiveEvents.OpenAsync(ben, $"/staff/live?request={receipt.Reference}");
        Assert.Matches("""^\["ana\d*"\]$""", (await open.UntilAsync("colleagues")).Data);
        Assert.Contains(await PagesAsync(), row => row.Contains($"{request},{person}", StringComparison.Ordinal));
        sites.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await OpenInQueueAsync(ben, receipt.Reference));
        Assert.Equal("[]", (await open.UntilAsync("colleagues")).Data);
        await sites.Second.Services.GetRequiredService<ExpiredRows>().RemoveAsync();
        Assert.DoesNotContain(await PagesAsync(), row => row.Contains($"{request},{person}", StringComparison.Ordinal));
    }

    private Task<List<string>> PagesAsync() => sites.First.WithDatabaseAsync(db =>
        db.Database.SqlQuery<string>($"SELECT stored::text AS \"Value\" FROM \"SharedPages\" AS stored").ToListAsync());

    private static async Task<string?> OpenInQueueAsync(Browser staff, string reference) =>
        (await staff.GetAsync("/staff?state=all")).Page.QuerySelector($"#request-{reference} .open")?.TextContent;

    private async Task<string> AddAsync()
    {
        var email = sites.First.NewEmail("first");
        (await sites.First.MadisonAsync(email)).Dispose();
        return email;
    }

    private static async Task<CookieContainer> SignInAsync(Browser browser, string email, CookieContainer cookies)
    {
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync(email, StaffJourney.Password)).Status);
        return cookies;
    }

    /// <summary>The cookies as a second copy, which does not notice when the other instance deletes one.</summary>
    private static CookieContainer Copy(CookieContainer cookies)
    {
        var copy = new CookieContainer();
        copy.Add(cookies.GetAllCookies());
        return copy;
    }
}
