using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;

namespace PhysioSite.Tests.Web;

public sealed class HttpsTests(Site site) : IClassFixture<Site>
{
    private const string Public = "www.physiosite.example";

    [Theory]
    [InlineData("GET", "/articles/shin-splints?utm=1", "https://www.physiosite.example/articles/shin-splints?utm=1")]
    [InlineData("GET", "/", "https://www.physiosite.example/")]
    [InlineData("POST", "/request-appointment", "https://www.physiosite.example/request-appointment")]
    public async Task Http_OnThePublicHost_IsSentToHttpsForGood(string method, string path, string to)
    {
        using var client = Client($"http://{Public}");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PermanentRedirect, response.StatusCode);
        Assert.Equal(to, response.Headers.Location?.AbsoluteUri);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/healthz/ready")]
    public async Task Http_ForAProbeOfHealth_IsAnswered(string path)
    {
        using var client = Client($"http://{Public}");

        using var response = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Http_ForwardedAsHttpsByThisMachine_IsAnsweredWithHsts()
    {
        using var client = Client($"http://{Public}");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/clinics")
        {
            Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-For", "203.0.113.9" } },
        };

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("max-age=63072000", Assert.Single(response.Headers.GetValues("Strict-Transport-Security")));
    }

    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("::1", 200)]
    [InlineData("198.51.100.7", 308)]
    public async Task Forwarded_FromAProxy_IsBelievedOnlyIfItIsKnown(string proxy, int status)
    {
        Assert.Equal(status, await ForwardedAsync(site, proxy));
    }

    [Theory]
    [InlineData("Site:KnownProxies:0", "198.51.100.7")]
    [InlineData("Site:KnownNetworks:0", "198.51.100.0/24")]
    public async Task Forwarded_FromAProxyOfTheSettings_IsBelieved(string setting, string value)
    {
        using var behind = new Site { Settings = { [setting] = value } };

        Assert.Equal(200, await ForwardedAsync(behind, "198.51.100.7"));
        Assert.Equal(308, await ForwardedAsync(behind, "203.0.113.7"));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task Http_OnThisMachine_IsAnsweredWithoutHsts(string host)
    {
        using var client = Client($"http://{host}");

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("www.physiosite.example.evil.example")]
    [InlineData("shop.physiosite.example")]
    [InlineData("127.0.0.2")]
    public async Task Request_ForAnUnknownHost_Returns400(string host)
    {
        using var client = Client($"https://{host}");

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(host, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://physiosite.example/clinics?zip=53703")]
    [InlineData("http://physiosite.example/clinics?zip=53703")]
    [InlineData("http://PHYSIOSITE.example/clinics?zip=53703")]
    public async Task Request_ForANearMissOfTheHost_IsRedirectedToIt(string address)
    {
        using var client = Client(address);

        using var response = await client.GetAsync(new Uri(address));

        Assert.Equal(HttpStatusCode.PermanentRedirect, response.StatusCode);
        Assert.Equal("https://www.physiosite.example/clinics?zip=53703", response.Headers.Location?.AbsoluteUri);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/healthz/ready")]
    public async Task Health_ForAnyHost_IsAnswered(string path)
    {
        using var client = Client("http://10.1.2.3:8080");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Hsts_WithTheSetting_IncludesSubdomains()
    {
        await using var own = new Site { Settings = { ["Site:HstsIncludeSubDomains"] = "true" } };
        var context = await own.Server.SendAsync(sent =>
        {
            sent.Request.Method = "GET";
            sent.Request.Scheme = "https";
            sent.Request.Host = new HostString(Public);
            sent.Request.Path = "/clinics";
        });

        Assert.Equal("max-age=63072000; includeSubDomains", context.Response.Headers.StrictTransportSecurity);
    }

    /// <summary>Two proxies in a row: otherwise all patients would share the address of the outer one.</summary>
    [Theory]
    [InlineData("203.0.113.9, 198.51.100.8", "203.0.113.9")]
    [InlineData("192.0.2.66, 203.0.113.9, 198.51.100.8", "203.0.113.9")]
    public async Task Forwarded_ThroughTwoKnownProxies_IsTheClientBeforeThem(string forwardedFor, string client)
    {
        await using var behind = new Site { Settings = { ["Site:KnownNetworks:0"] = "198.51.100.0/24" } };
        var context = await behind.Server.SendAsync(sent =>
        {
            sent.Request.Method = "GET";
            sent.Request.Scheme = "http";
            sent.Request.Host = new HostString(Public);
            sent.Request.Path = "/clinics";
            sent.Request.Headers["X-Forwarded-Proto"] = "https";
            sent.Request.Headers["X-Forwarded-For"] = forwardedFor;
            sent.Connection.RemoteIpAddress = IPAddress.Parse("198.51.100.7");
        });

        Assert.Equal(client, context.Connection.RemoteIpAddress?.ToString());
    }

    [Fact]
    public async Task ForwardedHost_FromAnyone_IsIgnored()
    {
        using var client = Client($"https://{Public}");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/staff") { Headers = { { "X-Forwarded-Host", "evil.example" } } };

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.DoesNotContain("evil", response.Headers.ToString(), StringComparison.Ordinal);
    }

    private static async Task<int> ForwardedAsync(Site site, string proxy)
    {
        var context = await site.Server.SendAsync(sent =>
        {
            sent.Request.Method = "GET";
            sent.Request.Scheme = "http";
            sent.Request.Host = new HostString(Public);
            sent.Request.Path = "/clinics";
            sent.Request.Headers["X-Forwarded-Proto"] = "https";
            sent.Request.Headers["X-Forwarded-For"] = "203.0.113.9";
            sent.Connection.RemoteIpAddress = IPAddress.Parse(proxy);
        });
        return context.Response.StatusCode;
    }

    private HttpClient Client(string address) =>
        site.CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = new Uri(address), AllowAutoRedirect = false });
}
