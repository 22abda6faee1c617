using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Web;

namespace PhysioSite.Tests.Web;

public sealed class RateLimitTests
{
    private const string TooManyForms =
        "We have had too many forms in a short time, so this one was not sent. Everything you typed is still here.";
    private const string TooMuch = "Too many tries in a short time";

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

        Assert.Equal(400, await PostAsync(site, "203.0.113.1"));
        Assert.Equal(429, await PostAsync(site, "203.0.113.1"));
        Assert.Equal(400, await PostAsync(site, "203.0.113.2"));
    }

    [Fact]
    public async Task Forms_BehindAProxy_AreCountedByTheAddressItForwards()
    {
        using var site = new Site { Settings = { ["RateLimits:FormsPerTenMinutes"] = "1" } };

        Assert.Equal(400, await PostAsync(site, "127.0.0.1", "203.0.113.1"));
        Assert.Equal(429, await PostAsync(site, "127.0.0.1", "203.0.113.1"));
        Assert.Equal(400, await PostAsync(site, "127.0.0.1", "203.0.113.2"));

        // A client that is not a known proxy cannot choose the address that it is counted under.
        Assert.Equal(400, await PostAsync(site, "198.51.100.1", "203.0.113.3"));
        Assert.Equal(429, await PostAsync(site, "198.51.100.1", "203.0.113.4"));
    }

    [Fact]
    public async Task Forms_FromOneIPv6Network_AreCountedTogether()
    {
        using var site = new Site { Settings = { ["RateLimits:FormsPerTenMinutes"] = "1" } };

        Assert.Equal(400, await PostAsync(site, "2001:db8:1:2::1"));
        Assert.Equal(429, await PostAsync(site, "2001:db8:1:2:ffff::9"));
        Assert.Equal(400, await PostAsync(site, "2001:db8:1:3::1"));

        // On a dual-stack socket, IPv4 addresses appear as IPv6 addresses.
        Assert.Equal(400, await PostAsync(site, "::ffff:203.0.113.1"));
        Assert.Equal(400, await PostAsync(site, "::ffff:203.0.113.2"));
        Assert.Equal(429, await PostAsync(site, "203.0.113.2"));
    }

    [Fact]
    public async Task Forms_FromManyAddresses_AreLimitedTogether()
    {
        using var site = new Site
        {
            Settings = { ["RateLimits:FormsPerTenMinutes"] = "2", ["RateLimits:FormsPerTenMinutesOverall"] = "3" },
        };

        // Posts that are refused for one address do not count toward the overall limit.
        foreach (var status in new[] { 400, 400, 429, 429 })
        {
            Assert.Equal(status, await PostAsync(site, "203.0.113.1"));
        }

        Assert.Equal(400, await PostAsync(site, "203.0.113.2"));
        Assert.Equal(429, await PostAsync(site, "203.0.113.3"));
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
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.Client.PostAsync("/clinics/zip-code", position)).StatusCode);
    }

    private static async Task<Answer> WithdrawAsync(Browser browser, Receipt receipt) =>
        await browser.SubmitAsync(await browser.GetAsync(receipt.StatusPath), "main form", []);

    /// <summary>A form without a token. It gets status 400 if no earlier check refuses it.</summary>
    private static async Task<int> PostAsync(Site site, string address, string? forwarded = null)
    {
        var context = await site.Server.SendAsync(sent =>
        {
            sent.Request.Method = "POST";
            sent.Request.Scheme = "https";
            sent.Request.Host = new HostString("localhost");
            sent.Request.Path = RequestJourney.Path;
            sent.Request.ContentType = "application/x-www-form-urlencoded";
            sent.Connection.RemoteIpAddress = IPAddress.Parse(address);
            if (forwarded is not null)
            {
                sent.Request.Headers["X-Forwarded-For"] = forwarded;
                sent.Request.Headers["X-Forwarded-Proto"] = "https";
            }
        });
        return context.Response.StatusCode;
    }

    private static void AssertTooMany(Answer answer, string words)
    {
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.InRange(int.Parse(Assert.Single(answer.Response.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture), 1, 600);
        Assert.Contains(words, answer.Main, StringComparison.Ordinal);
        Assert.Contains("(608) 555-0100", answer.Main, StringComparison.Ordinal);
    }
}
