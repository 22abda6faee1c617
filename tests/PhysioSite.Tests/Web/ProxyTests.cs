using System.Net;

namespace PhysioSite.Tests.Web;

/// <summary>A real site behind Debian's nginx. Every page loads with any configuration; the forms are what can be refused.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-proxy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ProxyTheory]
    [InlineData("as documented")]
    [InlineData("without the host")]
    [InlineData("host with port")]
    public async Task Forms_BehindAProxy_AreAccepted(string configuration)
    {
        using var site = await RealSite.StartAsync([new("Data:Folder", _folder), new("Site:PublicOrigin", $"https://{Nginx.Host}")]);
        using var nginx = await Nginx.StartAsync(site.Address, text => configuration switch
        {
            "without the host" => text.Replace("proxy_set_header Host $host;", "", StringComparison.Ordinal),
            "host with port" => text.Replace("Host $host;", "Host $host:443;", StringComparison.Ordinal),
            _ => text,
        });
        using var browser = nginx.Open();
        browser.Client.DefaultRequestHeaders.Add("Origin", $"https://{Nginx.Host}");
        browser.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");

        var receipt = await browser.AskAsync();
        var signIn = await browser.SubmitAsync(
            await browser.GetAsync("/staff/sign-in"), "main form", [new("Email", "nobody@example.org"), new("Password", "not the one")]);
        using var position = new FormUrlEncodedContent([new("latitude", "43.0775"), new("longitude", "-89.3831")]);
        using var located = await browser.Client.PostAsync("/clinics/zip-code", position);

        Assert.Contains("We have your request", receipt.Page.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, signIn.Status);
        Assert.Equal(HttpStatusCode.OK, located.StatusCode);
        Assert.DoesNotContain("A form was refused", site.Output, StringComparison.Ordinal);
    }

    /// <summary>The details name settings and files.</summary>
    [ProxyFact]
    public async Task Readiness_ThroughAProxy_HasNoDetails()
    {
        using var site = await RealSite.StartAsync([new("Data:Folder", _folder), new("Site:PublicOrigin", $"https://{Nginx.Host}")]);
        using var nginx = await Nginx.StartAsync(site.Address, text => text);
        using var stranger = nginx.Open();
        using var here = site.Open();

        Assert.Equal("""{"status":"Healthy"}""", await stranger.Client.GetStringAsync("/healthz/ready"));
        Assert.Contains("\"database\"", await here.Client.GetStringAsync("/healthz/ready"), StringComparison.Ordinal);
    }
}

/// <summary>A test that requires nginx. Without it the test is skipped, or fails if REQUIRE_PROXY is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProxyTheoryAttribute : TheoryAttribute
{
    public ProxyTheoryAttribute()
    {
        Skip = Nginx.WhyNot;
    }
}

/// <inheritdoc cref="ProxyTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProxyFactAttribute : FactAttribute
{
    public ProxyFactAttribute()
    {
        Skip = Nginx.WhyNot;
    }
}
