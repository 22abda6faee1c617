using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Staff;
using PhysioSite.Web;

namespace PhysioSite.Tests.Web;

public sealed class RateLimitTests
{
    private const string TooManyForms =
        "We have had too many forms in a short time, so this one was not sent. Everything you typed is still here.";
    private const string TooMuch = "Too many attempts";

    [Fact]
    public async Task Forms_BeyondTheLimit_Get429WithWhatWasTypedAndAreNotStored()
    {
        using var site = new Site { Settings = { ["RateLimits:FormsPerTenMinutes"] = "2" } };
        using var browser = site.Open();
        await browser.AskAsync(("name", "First Example"));
        await browser.AskAsync(("name", "Second Example"));

        var third = await browser.SendAsync(("name", "Third Example"), ("note", "Kept <note>"), ("contact", "text"));

        AssertTooMany(third, TooManyForms);
        Assert.Equal("no-store", third.Response.Headers.CacheControl?.ToString());
        var form = third.Page.QuerySelector<IHtmlFormElement>(RequestJourney.Form)!;
        var kept = Browser.Filled(form, []).ToLookup(field => field.Key, field => field.Value);
        Assert.Equal(
            ("Third Example", "Kept <note>", "text", "608 555 0142"),
            (kept["name"].Single(), kept["note"].Single(), kept["contact"].Single(), kept["phone"].Single()));
        Assert.Equal(2, await site.WithDatabaseAsync(db => db.Set<AppointmentRequest>().CountAsync()));
    }

    [Fact]
    public async Task SignIns_BeyondTheLimit_Get429WithAPage()
    {
        using var site = new Site { Settings = { ["RateLimits:SignInsPerTenMinutes"] = "2" } };
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SignInAsync("nobody@example.com", "wrong password")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SignInAsync("nobody@example.com", "wrong password")).Status);
        AssertTooMany(await browser.SignInAsync("nobody@example.com", "wrong password"), TooMuch);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync()).Status);
    }

    [Fact]
    public async Task Pages_HoweverOftenRead_AreNeverLimited()
    {
        using var site = new Site { Settings = { ["RateLimits:FormsPerTenMinutes"] = "1", ["RateLimits:SignInsPerTenMinutes"] = "1" } };
        using var browser = site.Open();
        await browser.SendAsync();
        AssertTooMany(await browser.SendAsync(), TooManyForms);

        for (var i = 0; i < 40; i++)
        {
            foreach (var path in new[] { RequestJourney.Path, "/staff/sign-in", "/clinics?zip=53703" })
            {
                Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(path)).Status);
            }
        }
    }

    [Fact]
    public async Task Forms_FromAnotherAddress_AreCountedApart()
    {
        using var site = new Site { Settings = { ["RateLimits:FormsPerTenMinutes"] = "1" } };

        Assert.Equal(302, await SendFromAsync(site, "203.0.113.1"));
        Assert.Equal(429, await SendFromAsync(site, "203.0.113.1"));
        Assert.Equal(302, await SendFromAsync(site, "203.0.113.2"));
    }

    /// <summary>Otherwise a stranger could keep the form at its limit for everybody with tiny posts.</summary>
    [Fact]
    public async Task Forms_ThatAreNotStored_AreNotCounted()
    {
        using var site = new Site
        {
            Settings = { ["RateLimits:FormsPerTenMinutes"] = "1", ["RateLimits:FormsPerTenMinutesOverall"] = "1" },
        };
        using var browser = site.Open();
        using var empty = new FormUrlEncodedContent([new("zip", "1")]);
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.Client.PostAsync(RequestJourney.Path, empty)).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(("name", ""))).Status);
        }

        var page = await browser.GetAsync(RequestJourney.Path);
        for (var i = 0; i < 3; i++)
        {
            // The same form again is the same request, whose patient does not wait for anything.
            var answer = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());
            Assert.Equal(HttpStatusCode.Redirect, answer.Status);
            Assert.Null(answer.Response.Headers.RetryAfter);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.SendAsync()).Status);
    }

    [Fact]
    public async Task Forms_BehindAProxyThatIsNotKnown_AreCountedByItsAddress()
    {
        using var site = new Site { Settings = { ["RateLimits:FormsPerTenMinutes"] = "1" } };

        // A client that is not a known proxy cannot choose the address that it is counted under.
        Assert.Equal(302, await SendFromAsync(site, "203.0.113.3, 198.51.100.1"));
        Assert.Equal(429, await SendFromAsync(site, "203.0.113.4, 198.51.100.1"));
    }

    [Fact]
    public async Task Forms_FromOneIPv6Network_AreCountedTogether()
    {
        using var site = new Site { Settings = { ["RateLimits:FormsPerTenMinutes"] = "1" } };

        Assert.Equal(302, await SendFromAsync(site, "2001:db8:1:200::1"));
        Assert.Equal(429, await SendFromAsync(site, "2001:db8:1:200:ffff::9"));

        // A /56 has twice and a /48 four times the limit of one address.
        Assert.Equal(302, await SendFromAsync(site, "2001:db8:1:201::1"));
        Assert.Equal(429, await SendFromAsync(site, "2001:db8:1:202::1"));
        Assert.Equal(302, await SendFromAsync(site, "2001:db8:1:300::1"));
        Assert.Equal(302, await SendFromAsync(site, "2001:db8:1:400::1"));
        Assert.Equal(429, await SendFromAsync(site, "2001:db8:1:500::1"));
        Assert.Equal(302, await SendFromAsync(site, "2001:db8:2:400::1"));

        Assert.Equal(302, await SendFromAsync(site, "203.0.113.1"));
        Assert.Equal(302, await SendFromAsync(site, "203.0.113.2"));
    }

    /// <summary>A wave of forms must not cost a patient's request; the clinic must not get an email for each.</summary>
    [Fact]
    public async Task Forms_AboveTheOverallLimit_AreStoredWithOneSummaryForTheClinicUpToTenTimesTheLimit()
    {
        using var site = new Site
        {
            Settings = { ["RateLimits:FormsPerTenMinutes"] = "2", ["RateLimits:FormsPerTenMinutesOverall"] = "2" },
        };
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(302, await SendFromAsync(site, $"203.0.113.{i}"));
        }

        Assert.Equal(429, await SendFromAsync(site, "203.0.113.99"));

        var requests = await site.WithDatabaseAsync(db => db.Set<AppointmentRequest>().ToListAsync());
        Assert.Equal(20, requests.Count);
        Assert.All(requests, request => Assert.Equal((RequestState.New, request.DueUtc), (request.State, request.EscalateUtc)));
        var kinds = await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().Select(email => email.Kind).ToListAsync());
        Assert.Equal(2, kinds.Count(kind => kind == EmailKind.ClinicNotice));
        Assert.Equal(1, kinds.Count(kind => kind == EmailKind.ManyRequests));
    }

    /// <summary>A stranger could send forms with somebody else's address. The receipt does not promise an email that is not sent.</summary>
    [Fact]
    public async Task Confirmations_ToOneAddress_AreLimited()
    {
        using var site = new Site { Settings = { ["Spam:ConfirmationsPerAddress"] = "5" } };
        var receipts = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            using var browser = site.Open();
            receipts.Add((await browser.AskAsync(("email", i % 2 == 0 ? "ada@patients.example" : "ADA@patients.example"))).Page.Main);
        }

        var kinds = await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().Select(email => email.Kind).ToListAsync());
        Assert.Equal(5, kinds.Count(kind => kind == EmailKind.PatientConfirmation));
        Assert.Equal(7, kinds.Count(kind => kind == EmailKind.ClinicNotice));
        Assert.Equal(5, receipts.Count(text => text.Contains("We have also sent it to your email address", StringComparison.Ordinal)));
        Assert.Equal(2, receipts.Count(text => text.Contains("we cannot send it to you again", StringComparison.Ordinal)));
    }

    /// <summary>Empty posts come from the address of the clinic, for example from its guests.</summary>
    [Fact]
    public async Task Staff_WhileOthersPostFromTheirAddress_SignInAndOut()
    {
        using var site = new StaffSite { Settings = { ["RateLimits:SignInsPerTenMinutes"] = "2" } };
        using var staff = await site.MadisonAsync(site.NewEmail());
        using var stranger = site.Open();
        for (var i = 0; i < 10; i++)
        {
            using var empty = new FormUrlEncodedContent([new("Email", "x")]);
            await stranger.Client.PostAsync("/staff/sign-in", empty);
            await stranger.Client.PostAsync("/staff/sign-in?handler=SignOut", empty);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await stranger.SignInAsync("nobody@example.com", "wrong password")).Status);
        for (var i = 0; i < 4; i++)
        {
            await stranger.SignInAsync("nobody@example.com", "wrong password");
        }

        Assert.Equal(HttpStatusCode.Redirect, (await staff.SubmitAsync(await staff.GetAsync("/staff"), "header form", [])).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync("/staff")).Status);

        // The limit of the address is used up; a browser in which somebody has signed in has its own.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.SignInAsync("nobody@example.com", "wrong password")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await staff.SignInAsync("nobody@example.com", "wrong password")).Status);
    }

    [Fact]
    public void Overall_NotSet_FollowsWhatOneAddressMaySend()
    {
        Assert.Equal(3000, new RateLimitOptions().Overall);
        Assert.Equal(5_000_000, new RateLimitOptions { FormsPerTenMinutes = 100_000 }.Overall);
        Assert.Equal(int.MaxValue, new RateLimitOptions { FormsPerTenMinutes = int.MaxValue }.Overall);
    }

    [Fact]
    public void Overall_BelowWhatOneAddressMaySend_IsNamedWithWhatToDo()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("RateLimits:FormsPerTenMinutesOverall", "59")]).Build();
        using var services = new ServiceCollection().AddWeb(configuration).BuildServiceProvider();

        var thrown = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<RateLimitOptions>>().Value);
        Assert.StartsWith(
            "RateLimits:FormsPerTenMinutesOverall must be at least", Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithdrawalsAndPositions_BeyondTheLimit_Get429()
    {
        using var site = new Site { Settings = { ["RateLimits:PublicPostsPerTenMinutes"] = "1" } };
        using var browser = site.Open();
        var (one, other) = (await browser.AskAsync(), await browser.AskAsync());

        Assert.Equal(HttpStatusCode.Redirect, (await WithdrawAsync(browser, one)).Status);
        AssertTooMany(await WithdrawAsync(browser, other), TooMuch);
        using var position = new FormUrlEncodedContent([new("latitude", "43.07"), new("longitude", "-89.38")]);
        Assert.Equal(HttpStatusCode.OK, (await browser.Client.PostAsync("/clinics/zip-code", position)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.Client.PostAsync("/clinics/zip-code", position)).StatusCode);
    }

    private static async Task<Answer> WithdrawAsync(Browser browser, Receipt receipt) =>
        await browser.SubmitAsync(await browser.GetAsync(receipt.StatusPath), RequestJourney.Withdrawal, []);

    /// <summary>Sends a valid form through a proxy on this machine.</summary>
    private static async Task<int> SendFromAsync(Site site, string address)
    {
        using var browser = site.Open();
        browser.Client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        browser.Client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        return (int)(await browser.SendAsync()).Status;
    }

    private static void AssertTooMany(Answer answer, string words)
    {
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.InRange(int.Parse(Assert.Single(answer.Response.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture), 1, 600);
        Assert.Contains(words, answer.Main, StringComparison.Ordinal);
        Assert.Contains("(608) 555-0100", answer.Main, StringComparison.Ordinal);
    }
}
