using System.Net;
using System.Text.Json;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Accounts.SignIn;

namespace PhysioSite.Tests.Features.Staff.Accounts;

/// <summary>The code of a one-time link is removed from the URL at once. Neither codes nor other secrets are logged.</summary>
public sealed class OneTimeLinkTests : IClassFixture<StaffSite>
{
    private const string Words = "another four odd words";

    private readonly StaffSite _site;

    public OneTimeLinkTests(StaffSite site)
    {
        _site = site;
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src", "PhysioSite", "appsettings.json")));
        foreach (var level in settings.RootElement.GetProperty("Logging").GetProperty("LogLevel").EnumerateObject())
        {
            _site.Settings[$"Logging:LogLevel:{level.Name}"] = level.Value.GetString()!;
        }
    }

    [Fact]
    public async Task Link_Opened_LeavesTheAddressAndIsToldToNobody()
    {
        var link = await LinkAsync(_site.NewEmail("mary"));
        using var mary = _site.Open();

        var opened = await mary.GetAsync(link);
        var page = await mary.GetAsync(opened.Location!);

        Assert.Equal((HttpStatusCode.Redirect, "/staff/set-password"), (opened.Status, opened.Location));
        Assert.Equal("no-referrer", Assert.Single(opened.Response.Headers.GetValues("Referrer-Policy")));
        Assert.True(opened.Response.Headers.CacheControl?.NoStore);
        var cookie = Assert.Single(opened.Response.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-link=", cookie, StringComparison.Ordinal);
        Assert.Contains("max-age=1800; path=/; secure; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain(CodeOf(link), page.Text, StringComparison.Ordinal);
        var set = await mary.SubmitAsync(page, "main form", [new("Password", Words)]);
        Assert.Equal("/staff", set.Location);
        Assert.Contains(set.Response.Headers.GetValues("Set-Cookie"), value => value.StartsWith("__Host-link=;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Link_OpenedByAMailScanner_StillWorksForThePerson()
    {
        var link = await LinkAsync(_site.NewEmail("mary"));
        for (var i = 0; i < 3; i++)
        {
            using var scanner = _site.Open();
            Assert.Equal(HttpStatusCode.OK, (await scanner.OpenLinkAsync(link)).Status);
        }

        using var mary = _site.Open();
        Assert.Equal("/staff", (await mary.SubmitAsync(await mary.OpenLinkAsync(link), "main form", [new("Password", Words)])).Location);
    }

    [Fact]
    public async Task Form_OfOneLink_SetsNoPasswordOfAnotherThatWasOpenedLater()
    {
        var (first, second) = (await LinkAsync(_site.NewEmail("mary")), await LinkAsync(_site.NewEmail("bob")));
        using var browser = _site.Open();
        var page = await browser.OpenLinkAsync(first);
        await browser.OpenLinkAsync(second);

        Assert.Equal(HttpStatusCode.Gone, (await browser.SubmitAsync(page, "main form", [new("Password", Words)])).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenLinkAsync(second)).Status);
    }

    [Fact]
    public async Task Log_AtTheLevelsWeShip_HasNoSecretOfStaff()
    {
        var email = _site.NewEmail("mary");
        var link = await LinkAsync(email);
        using var mary = _site.Open();
        var answers = new List<Answer> { await mary.GetAsync(link) };
        answers.Add(await mary.SubmitAsync(await mary.GetAsync("/staff/set-password"), "main form", [new("Password", "short")]));
        answers.Add(await mary.SubmitAsync(await mary.GetAsync("/staff/set-password"), "main form", [new("Password", Words)]));
        using var other = _site.Open();
        for (var i = 0; i < SignInThrottle.Tries + 1; i++)
        {
            answers.Add(await other.SignInAsync(email, "canary wrong words"));
        }

        string[] secrets =
        [
            CodeOf(link), Words, "canary wrong words", email,
            .. answers.SelectMany(answer => answer.Response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [])
                .Select(cookie => cookie.Split('=', ';')[1]).Where(value => value.Length > 8),
        ];

        await mary.GetAsync("/staff/people");

        foreach (var happened in new[] { "signed in", "Wrong password for", "refused unseen", "asked for a page that is not for them" })
        {
            Assert.Contains(
                _site.Logs.Lines,
                line => line.Contains("PhysioSite.Features.Staff.", StringComparison.Ordinal)
                    && line.Contains(happened, StringComparison.Ordinal));
        }

        Assert.True(secrets.Length > 6);
        Assert.DoesNotContain(_site.Logs.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    private static string CodeOf(string link) => link.Split("code=")[1];

    private async Task<string> LinkAsync(string email)
    {
        var administrator = await _site.Administrator;
        var added = await administrator.AddPersonAsync(
            ("Name", "A Person"), ("Email", email), ("Role", StaffRoles.Staff), ("Clinics", "phoenix"));
        return PeopleSteps.LinkOn(added);
    }
}
