using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Hosting;

public sealed class RateLimitTests
{
    [Fact]
    public async Task Forms_BeyondTheLimit_Get429WithAPageAndAreNotStored()
    {
        using var site = new Site { Settings = { ["RateLimits:FormsPerTenMinutes"] = "2" } };
        using var browser = site.Open();
        await browser.AskAsync(("name", "First Example"));
        await browser.AskAsync(("name", "Second Example"));

        var third = await browser.SendAsync(("name", "Third Example"));

        AssertTooMany(third);
        Assert.Equal(2, await site.WithDatabaseAsync(db => db.Set<AppointmentRequest>().CountAsync()));
    }

    [Fact]
    public async Task SignIns_BeyondTheLimit_Get429WithAPage()
    {
        using var site = new Site { Settings = { ["RateLimits:SignInsPerTenMinutes"] = "2" } };
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SignInAsync("nobody@example.com", "wrong password")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SignInAsync("nobody@example.com", "wrong password")).Status);
        AssertTooMany(await browser.SignInAsync("nobody@example.com", "wrong password"));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync()).Status);
    }

    [Fact]
    public async Task Pages_HoweverOftenRead_AreNeverLimited()
    {
        using var site = new Site { Settings = { ["RateLimits:FormsPerTenMinutes"] = "1", ["RateLimits:SignInsPerTenMinutes"] = "1" } };
        using var browser = site.Open();
        await browser.SendAsync();
        AssertTooMany(await browser.SendAsync());

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

        // Someone who is no proxy cannot choose an address to be counted under.
        Assert.Equal(400, await PostAsync(site, "198.51.100.1", "203.0.113.3"));
        Assert.Equal(429, await PostAsync(site, "198.51.100.1", "203.0.113.4"));
    }

    /// <summary>A form without a token, which is refused with 400 when it is not refused before.</summary>
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

    private static void AssertTooMany(Answer answer)
    {
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.InRange(int.Parse(Assert.Single(answer.Response.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture), 1, 600);
        Assert.Contains("Too many tries in a short time", answer.Main, StringComparison.Ordinal);
        Assert.Contains("(608) 555-0100", answer.Main, StringComparison.Ordinal);
    }
}
