using System.Net;
using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Staff;

/// <summary>How long a session lasts. Each test has a site of its own, because it moves the clock.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task Session_AfterEightHours_EndsHoweverBusyItWas()
    {
        using var site = new StaffSite();
        using var staff = await site.MadisonAsync(site.NewEmail());
        for (var i = 0; i < 15; i++)
        {
            site.Clock.Advance(TimeSpan.FromMinutes(30));
            Assert.Equal(HttpStatusCode.OK, (await staff.GetAsync("/staff")).Status);
        }

        site.Clock.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync("/staff")).Status);
    }

    [Fact]
    public async Task Person_WhoMayNoLongerSignIn_LosesTheirSessionWithinAMinuteAndGetsNoNewOne()
    {
        using var site = new StaffSite();
        var email = site.NewEmail("leaver");
        using var staff = await site.MadisonAsync(email);
        using var administrator = await site.AdministratorAsync(site.NewEmail("admin"));
        var path = await site.PersonPathAsync(email);

        await administrator.SubmitAsync(await administrator.GetAsync(path), "main form", [new("Active", null)]);
        site.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await staff.SignInAsync(email, StaffJourney.Password)).Status);
        Assert.Contains("May not sign in", (await administrator.GetAsync("/staff/people")).Main, StringComparison.Ordinal);

        await administrator.SubmitAsync(await administrator.GetAsync(path), "main form", [new("Active", "true")]);
        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await staff.SignInAsync(email, StaffJourney.Password)).Status);
    }

    [Fact]
    public async Task Person_WhoseClinicsChange_StaysSignedIn()
    {
        using var site = new StaffSite();
        var email = site.NewEmail();
        using var staff = await site.MadisonAsync(email);
        using var administrator = await site.AdministratorAsync(site.NewEmail("admin"));

        await administrator.SubmitAsync(await administrator.GetAsync(await site.PersonPathAsync(email)), "main form", [new("Clinics", "madison"), new("Clinics", "phoenix")]);
        site.Clock.Advance(TimeSpan.FromSeconds(61));

        var queue = await staff.GetAsync("/staff");
        Assert.Equal(HttpStatusCode.OK, queue.Status);
        Assert.NotNull(queue.Page.QuerySelector("#clinic option[value=phoenix]"));
    }

    [Fact]
    public async Task Administrator_WhoSavesTheirOwnPage_StaysSignedInAndActive()
    {
        using var site = new StaffSite();
        var email = site.NewEmail("admin");
        using var administrator = await site.AdministratorAsync(email);
        var page = await administrator.GetAsync(await site.PersonPathAsync(email));
        Assert.True(page.Page.QuerySelector("#active")!.HasAttribute("disabled"));

        await administrator.SubmitAsync(page, "main form", [new("Clinics", "madison")]);
        site.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.OK, (await administrator.GetAsync("/staff/people")).Status);
    }

    [Fact]
    public async Task Person_WhoSetsANewPassword_LosesTheirOtherSessions()
    {
        using var site = new StaffSite();
        var email = site.NewEmail();
        using var old = await site.MadisonAsync(email);
        using var administrator = await site.AdministratorAsync(site.NewEmail("admin"));
        var link = PeopleSteps.LinkOn(await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(email)), "form[action*='handler=Link']", []));
        using var anew = site.Open();

        await anew.SubmitAsync(await anew.GetAsync(link), "main form", [new("Password", "another four odd words")]);
        site.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(HttpStatusCode.Redirect, (await old.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.OK, (await anew.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await old.SignInAsync(email, StaffJourney.Password)).Status);
    }
}
