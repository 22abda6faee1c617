using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Staff.Accounts.SignIn;

namespace PhysioSite.Tests.Features.Staff.Accounts.SignIn;

/// <summary>
/// Session lifetime, and the events that end a session. The clock only moves forward, and each test uses new staff accounts.
/// </summary>
public sealed class SessionTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Fact]
    public async Task Session_AfterEightHours_EndsHoweverBusyItWas()
    {
        using var staff = await site.MadisonAsync(site.NewEmail());
        for (var i = 0; i < 34; i++)
        {
            site.Clock.Advance(TimeSpan.FromMinutes(14));
            Assert.Equal(HttpStatusCode.OK, (await staff.GetAsync("/staff/password")).Status);
        }

        site.Clock.Advance(TimeSpan.FromMinutes(4));

        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync("/staff/password")).Status);
    }

    [Fact]
    public async Task Session_AfterFifteenMinutesWithoutAClick_EndsAndThePersonComesBackToThePage()
    {
        var reference = (await site.AskAsync()).Reference;
        var email = site.NewEmail();
        using var staff = await site.MadisonAsync(email);
        site.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await staff.OpenRequestAsync(reference)).Status);
        site.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await staff.OpenRequestAsync(reference)).Status);
        site.Clock.Advance(TimeSpan.FromMinutes(15));

        var sent = await staff.OpenRequestAsync(reference);
        Assert.StartsWith("/staff/sign-in?to=", sent.Location, StringComparison.Ordinal);
        var page = await staff.GetAsync(sent.Location!);
        var back = await staff.SubmitAsync(page, "main form", [new("Email", email), new("Password", StaffJourney.Password)]);

        Assert.Equal(
            "You were signed out: a session ends after 15 minutes without activity, and after 8 hours. "
            + "Once you have signed in you are back on the page you were on.",
            Answer.Words(page.Page.QuerySelector("main .notice")!));
        Assert.Equal($"/staff/requests/{reference}", back.Location);
        Assert.Null((await staff.GetAsync("/staff/sign-in?to=/staff")).Page.QuerySelector("main .notice"));
    }

    [Fact]
    public async Task Session_ThatEndsWhileANoteIsWritten_GivesTheNoteBackAndChangesNothing()
    {
        var reference = (await site.AskAsync()).Reference;
        var email = site.NewEmail();
        using var staff = await site.MadisonAsync(email);
        var open = await staff.OpenRequestAsync(reference);
        site.Clock.Advance(TimeSpan.FromMinutes(16));

        var late = await staff.PressAsync(open, "Note", ("Note", "Rang twice,\n<b>left</b> word"));

        Assert.Equal(HttpStatusCode.Unauthorized, late.Status);
        Assert.Equal("You were signed out", late.Page.QuerySelector("h1")!.TextContent);
        Assert.Equal("Rang twice,\n<b>left</b> word", late.Page.QuerySelector("textarea[readonly]")!.TextContent.Trim());
        Assert.DoesNotContain((await site.FindAsync(reference)).History, happened => happened.Note is not null);
        var signIn = await staff.GetAsync(late.Page.QuerySelector("main a.button")!.GetAttribute("href")!);
        var back = await staff.SubmitAsync(signIn, "main form", [new("Email", email), new("Password", StaffJourney.Password)]);
        Assert.Equal($"/staff/requests/{reference}", back.Location);

        // The page that stayed open can also be submitted again, because its antiforgery token belongs to the user and not to the
        // session.
        Assert.Equal(HttpStatusCode.Redirect, (await staff.PressAsync(open, "Note", ("Note", "Rang twice"))).Status);
    }

    [Fact]
    public async Task SignIn_OfAnyone_GetsANewKeyAndEndsTheSessionTheBrowserHad()
    {
        var (first, second) = (site.NewEmail(), site.NewEmail());
        using var browser = await site.MadisonAsync(first);
        (await site.MadisonAsync(second)).Dispose();
        using var planted = site.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = new Uri("https://localhost"),
            AllowAutoRedirect = false,
            HandleCookies = false,
        });
        var page = await browser.GetAsync("/staff/password");
        var cookies = new List<string>();
        foreach (var email in new[] { first, first, second })
        {
            // Uses the token of a page that was opened before, because the sign-in page redirects a user who is already signed in.
            var answer = await browser.ForgeAsync(
                "/staff/sign-in", "/staff/password", ("Email", email), ("Password", StaffJourney.Password));
            Assert.Equal("/staff", answer.Location);
            cookies.Add(KeyOf(answer));
        }

        Assert.Distinct(cookies);
        Assert.Equal(
            [HttpStatusCode.Redirect, HttpStatusCode.Redirect, HttpStatusCode.OK],
            [await StatusAsync(planted, cookies[0]), await StatusAsync(planted, cookies[1]), await StatusAsync(planted, cookies[2])]);
        Assert.Equal(HttpStatusCode.OK, page.Status);
    }

    [Fact]
    public async Task Key_ChosenByAStranger_IsNeverASession()
    {
        var email = site.NewEmail();
        using var fixedKey = site.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = new Uri("https://localhost"),
            AllowAutoRedirect = false,
            HandleCookies = false,
        });
        const string Chosen = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        (await site.MadisonAsync(email)).Dispose();
        using var browser = site.Open();
        browser.Client.DefaultRequestHeaders.Add("Cookie", $"__Host-staff={Chosen}");

        var key = KeyOf(await browser.SignInAsync(email, StaffJourney.Password));

        Assert.NotEqual(Chosen, key);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(fixedKey, Chosen));
    }

    [Fact]
    public async Task SignOut_Pressed_EndsTheSessionOnTheServerForEveryCopyOfItsCookie()
    {
        var email = site.NewEmail();
        (await site.MadisonAsync(email)).Dispose();
        using var browser = site.Open();
        var key = KeyOf(await browser.SignInAsync(email, StaffJourney.Password));
        using var copy = site.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = new Uri("https://localhost"),
            AllowAutoRedirect = false,
            HandleCookies = false,
        });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(copy, key));

        var answer = await browser.SubmitAsync(await browser.GetAsync("/staff"), "header form", []);

        Assert.Equal("\"cache\", \"storage\"", Assert.Single(answer.Response.Headers.GetValues("Clear-Site-Data")));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(copy, key));
    }

    [Fact]
    public async Task Session_WhenTheDatabaseCannotBeWritten_CanStillReadAndSignOut()
    {
        await using var own = new StaffSite();
        using var staff = await own.MadisonAsync(own.NewEmail());
        var page = await staff.GetAsync("/staff");
        await using var noUpdate = await own.RefuseUpdatesAsync("StaffSessions");
        await using var noDelete = await own.RefuseDeletesAsync("StaffSessions");
        own.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(HttpStatusCode.OK, (await staff.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await staff.SubmitAsync(page, "header form", [])).Status);

        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync("/staff")).Status);
    }

    [Fact]
    public async Task Session_OfAClockThatWasAhead_EndsWhenTheClockIsPutBack()
    {
        await using var own = new StaffSite();
        var start = own.Clock.GetUtcNow();
        own.Clock.Set(start.AddDays(400));
        using var staff = await own.MadisonAsync(own.NewEmail());
        Assert.Equal(HttpStatusCode.OK, (await staff.GetAsync("/staff")).Status);

        own.Clock.Set(start);

        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync("/staff")).Status);
    }

    [Fact]
    public async Task Database_OfSessions_HasNoKeyAndLosesThoseThatHaveEnded()
    {
        var email = site.NewEmail();
        using var old = await site.MadisonAsync(email);
        site.Clock.Advance(TimeSpan.FromMinutes(16));
        using var browser = site.Open();

        var key = KeyOf(await browser.SignInAsync(email, StaffJourney.Password));

        var rows = await site.WithDatabaseAsync(async db =>
        {
            var member = await db.Users.SingleAsync(member => member.Email == email);
            return await db.Set<StaffSession>().Where(session => session.StaffMemberId == member.Id).ToListAsync();
        });
        Assert.NotEqual(key, Assert.Single(rows).KeyHash);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", key);
        Assert.Matches("^[0-9a-f]{64}$", rows[0].KeyHash);
    }

    [Fact]
    public async Task Use_OfASession_IsWrittenDownOnceAMinuteAtMost()
    {
        var email = site.NewEmail();
        using var staff = await site.MadisonAsync(email);
        var start = await SeenAsync(email);

        site.Clock.Advance(TimeSpan.FromSeconds(59));
        await staff.GetAsync("/staff/password");
        Assert.Equal(start, await SeenAsync(email));
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        await staff.GetAsync("/staff/password");
        Assert.Equal(start.AddMinutes(1), await SeenAsync(email));
    }

    [Fact]
    public async Task Person_WhoMayNoLongerSignIn_LosesTheirSessionAtOnceAndGetsNoNewOne()
    {
        var email = site.NewEmail("leaver");
        using var staff = await site.MadisonAsync(email);
        using var administrator = await site.AdministratorAsync(site.NewEmail("admin"));
        var path = await site.PersonPathAsync(email);

        await administrator.SubmitAsync(await administrator.GetAsync(path), "main form", [new("Active", null)]);

        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await staff.SignInAsync(email, StaffJourney.Password)).Status);
        Assert.Contains("Cannot sign in", (await administrator.GetAsync("/staff/people")).Main, StringComparison.Ordinal);

        await administrator.SubmitAsync(await administrator.GetAsync(path), "main form", [new("Active", "true")]);
        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await staff.SignInAsync(email, StaffJourney.Password)).Status);
    }

    [Fact]
    public async Task Person_WhoseClinicsChange_StaysSignedInAndSeesTheNewOnesAtTheNextClick()
    {
        var email = site.NewEmail();
        using var staff = await site.MadisonAsync(email);
        using var administrator = await site.AdministratorAsync(site.NewEmail("admin"));

        await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(email)),
            "main form",
            [new("Clinics", "phoenix"), new("Clinics", "oakland")]);

        var queue = await staff.GetAsync("/staff");
        Assert.Equal(HttpStatusCode.OK, queue.Status);
        Assert.NotNull(queue.Page.QuerySelector("#clinic option[value=phoenix]"));
        Assert.Null(queue.Page.QuerySelector("#clinic option[value=madison]"));
    }

    [Fact]
    public async Task Person_WhoIsNoLongerAdministrator_IsNoneAtTheNextClick()
    {
        var email = site.NewEmail("admin");
        using var administrator = await site.AdministratorAsync(email);
        Assert.Equal(HttpStatusCode.OK, (await administrator.GetAsync("/staff/people")).Status);

        await site.WithDatabaseAsync(db => db.UserRoles
            .Where(link => db.Users.Any(member => member.Id == link.UserId && member.Email == email))
            .ExecuteDeleteAsync());

        Assert.Equal(HttpStatusCode.NotFound, (await administrator.GetAsync("/staff/people")).Status);
    }

    [Fact]
    public async Task Administrator_WhoSavesTheirOwnPage_StaysSignedInAndActive()
    {
        var email = site.NewEmail("admin");
        using var administrator = await site.AdministratorAsync(email);
        var page = await administrator.GetAsync(await site.PersonPathAsync(email));
        Assert.True(page.Page.QuerySelector("#active")!.HasAttribute("disabled"));

        await administrator.SubmitAsync(page, "main form", [new("Clinics", "madison")]);

        Assert.Equal(HttpStatusCode.OK, (await administrator.GetAsync("/staff/people")).Status);
    }

    [Fact]
    public async Task Person_WhoSetsANewPassword_LosesTheirOtherSessions()
    {
        var email = site.NewEmail();
        using var old = await site.MadisonAsync(email);
        using var administrator = await site.AdministratorAsync(site.NewEmail("admin"));
        var link = PeopleSteps.LinkOn(await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(email)), "form[action*='handler=Link']", []));
        using var anew = site.Open();

        await anew.SubmitAsync(await anew.OpenLinkAsync(link), "main form", [new("Password", "another four odd words")]);

        Assert.Equal(HttpStatusCode.Redirect, (await old.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.OK, (await anew.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await old.SignInAsync(email, StaffJourney.Password)).Status);
    }

    private static string KeyOf(Answer answer) => answer.Response.Headers.GetValues("Set-Cookie")
        .Single(cookie => cookie.StartsWith("__Host-staff=", StringComparison.Ordinal)).Split('=', ';')[1];

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/staff/password") { Headers = { { "Cookie", $"__Host-staff={key}" } } };
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private Task<DateTime> SeenAsync(string email) => site.WithDatabaseAsync(db => (
        from session in db.Set<StaffSession>()
        join member in db.Users on session.StaffMemberId equals member.Id
        where member.Email == email
        select session.SeenUtc).SingleAsync());
}
