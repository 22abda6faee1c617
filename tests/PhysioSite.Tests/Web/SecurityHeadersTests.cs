using System.Globalization;
using System.Net;
using PhysioSite.Content;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Clinics;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Tests.Features;

namespace PhysioSite.Tests.Web;

/// <summary>The headers of refusals, errors and redirects. The headers of pages are tested in <see cref="PublicPagesTests"/>.</summary>
public sealed class SecurityHeadersTests(Site site) : IClassFixture<Site>
{
    public static TheoryData<string, string, int> Private => new()
    {
        { "GET", "/request-appointment", 200 },
        { "GET", "/request-appointment?handler=Language", 200 },
        { "GET", "/es/request-appointment", 200 },
        { "POST", "/request-appointment", 400 },
        { "GET", "/request-appointment/nearest?zip=53703", 200 },
        { "GET", "/request-appointment/nearest?zip=x", 400 },
        { "GET", "/request-appointment/receipt/nowhere", 404 },
        { "GET", "/requests/nowhere", 404 },
        { "GET", "/es/requests/nowhere", 404 },
        { "POST", "/requests/nowhere?handler=Withdraw", 400 },
        { "GET", "/staff", 302 },
        { "GET", "/Staff/requests/AAAAAAAA", 302 },
        { "GET", "/staff/nowhere", 404 },
        { "GET", "/staff/sign-in", 200 },
        { "GET", "/staff/set-password", 410 },
        { "GET", "/staff/set-password?code=x", 302 },
        { "GET", "/staff/first-administrator?code=x", 302 },
        { "POST", "/staff/sign-in", 400 },
        { "POST", "/staff/requests/AAAAAAAA?handler=Note", 302 },
        { "PUT", "/staff", 405 },
        { "GET", "/error/404", 404 },
        { "GET", "/error/500", 500 },
    };

    [Theory]
    [MemberData(nameof(Private))]
    public async Task Answer_AboutAPersonOrOnTheWayThere_IsKeptByNoCacheAndHasEveryHeader(string method, string path, int status)
    {
        using var browser = site.Open();
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = method == "POST" ? new FormUrlEncodedContent([]) : null,
        };

        using var response = await browser.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore, $"{method} {path}: {response.Headers.CacheControl}");
        PublicPagesTests.AssertHeaders(
            new Answer(response, ""), path.Contains("code=", StringComparison.Ordinal) ? "no-referrer" : "same-origin");
    }

    [Theory]
    [InlineData("/articles/shin-splints")]
    [InlineData("/site.css")]
    public async Task Answer_ThatConcernsNobody_MayBeKept(string path)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.NotEqual(true, answer.Response.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("/site.css", false)]
    [InlineData("/fonts/fraunces-600-5.3.0.woff2", false)]
    [InlineData("/site.js", true)]
    [InlineData("/hero.svg", true)]
    public async Task File_OfThePages_HasTheHeadersThatBrowsersApplyToIt(string path, bool all)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("nosniff", Assert.Single(answer.Response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.Equal(all, answer.Response.Headers.Contains("Content-Security-Policy"));
    }

    [Fact]
    public async Task Refusal_OfAnUnknownHostOrATooManieth_HasEveryHeader()
    {
        using var limited = new Site { Settings = { ["RateLimits:SignInsPerTenMinutes"] = "1" } };
        using var browser = limited.Open();
        await browser.SignInAsync("nobody@example.com", "wrong");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "evil.example" } };
        using var response = await browser.Client.SendAsync(request);
        var limit = await browser.SignInAsync("nobody@example.com", "wrong");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests), (response.StatusCode, limit.Status));
        PublicPagesTests.AssertHeaders(new Answer(response, ""));
        PublicPagesTests.AssertHeaders(limit);
        Assert.True(limit.Response.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Error_OfThePublicPagesOrTheDesk_HasEveryHeaderAReferenceAndNothingOfThePatient(string environment)
    {
        using var broken = new Site
        {
            Settings = { ["environment"] = environment },
            Replace = services => services
                .AddSingleton<ClinicDirectory>(_ => throw new InvalidOperationException("Canary Patient"))
                .AddScoped<StaffScope>(_ => throw new InvalidOperationException("Canary Patient")),
        };
        using var browser = await broken.SignInAsync("broken@example.com", StaffRoles.Staff, "madison");

        foreach (var path in new[] { "/clinics", "/staff" })
        {
            var answer = await browser.GetAsync(path);

            Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
            Assert.Matches("If you call about this, give this code: [0-9a-f]{32}", answer.Main);
            Assert.DoesNotContain("Canary", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
            PublicPagesTests.AssertHeaders(answer);
            Assert.True(answer.Response.Headers.CacheControl?.NoStore);
        }
    }

    [Fact]
    public async Task SecurityTxt_Always_NamesAContactAndEndsInAYear()
    {
        using var browser = site.Open();

        var file = await browser.GetAsync("/.well-known/security.txt");
        var lines = file.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);

        Assert.Equal("mailto:" + site.Services.GetRequiredService<ContentLibrary>().English.Site.Contact.Email, lines["Contact"]);
        var expires = DateTime.Parse(lines["Expires"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Assert.Equal(site.Clock.UtcNow.AddYears(1), expires);
        Assert.Equal("en, es", lines["Preferred-Languages"]);
        Assert.Equal("https://www.physiosite.example/.well-known/security.txt", lines["Canonical"]);
    }

    [Fact]
    public async Task Keys_OfTheSite_AreReadableByItsOwnerAlone()
    {
        using var own = new Site { Provider = DatabaseProvider.Sqlite };
        using var browser = own.Open();
        await browser.GetAsync(RequestJourney.Path);
        var keys = Path.Combine(own.DataPath, "keys");

        Assert.NotEmpty(Directory.GetFiles(keys));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
            foreach (var key in Directory.GetFiles(keys))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
            }
        }
    }
}
