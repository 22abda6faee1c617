using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Data.Encryption;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.Web.Forms;

/// <summary>Forms are accepted only from the site's own pages. Every post in these tests is valid except for its stated origin.</summary>
public sealed partial class FetchMetadataTests(Site site) : IClassFixture<Site>
{
    private const string Own = "https://localhost";

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, Own)]
    [InlineData("none", null)]
    [InlineData("same-origin", null)]
    [InlineData("same-origin", Own)]
    [InlineData("same-origin", "null")]
    [InlineData("same-origin", "https://www.physiosite.example")]
    [InlineData(null, "https://www.physiosite.example:443")]
    [InlineData(null, "https://LOCALHOST:443")]
    public async Task Post_FromAnOwnPageOrAnOldBrowser_IsTaken(string? fetchSite, string? origin)
    {
        Assert.Equal(HttpStatusCode.Redirect, (await SendAsync(fetchSite, origin)).Status);
    }

    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("cross-site", Own)]
    [InlineData("same-site", null)]
    [InlineData("same-site", "https://other.localhost")]
    [InlineData("nonsense", null)]
    [InlineData("same-origin", "https://evil.example")]
    [InlineData("none", "https://evil.example")]
    [InlineData(null, "https://evil.example")]
    [InlineData(null, "http://localhost")]
    [InlineData(null, "https://localhost:8443")]
    [InlineData(null, "https://physiosite.example")]
    [InlineData(null, "http://www.physiosite.example")]
    [InlineData("same-origin", "https://www.physiosite.example.evil.example")]
    [InlineData(null, "null")]
    public async Task Post_FromElsewhere_IsRefusedWithAPageBeforeAnyWork(string? fetchSite, string? origin)
    {
        var before = await CountAsync();

        var answer = await SendAsync(fetchSite, origin);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("You cannot do that here", answer.Main, StringComparison.Ordinal);
        Assert.Contains("(608) 555-0100", answer.Main, StringComparison.Ordinal);
        Assert.Equal(before, await CountAsync());
    }

    /// <summary>Reading works in this case, so nobody would notice that every form is refused.</summary>
    [Fact]
    public async Task Post_OfAnOwnPageThatIsRefused_IsLoggedWithBothValuesAndMakesReadinessDegraded()
    {
        await using var proxied = new Site();
        Assert.Equal("Healthy", await proxied.ReadinessAsync("forms"));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(proxied, "same-origin", "https://www.example.org")).Status);
        }

        Assert.Equal("Degraded", await proxied.ReadinessAsync("forms"));
        var logged = Assert.Single(proxied.Logs.Lines, line => line.Contains("A form was refused", StringComparison.Ordinal));
        Assert.Contains("https://www.example.org", logged, StringComparison.Ordinal);
        Assert.Contains("https://localhost", logged, StringComparison.Ordinal);
        var written = await File.ReadAllTextAsync(Path.Combine(proxied.DataPath, "refused-form.json"));
        Assert.Contains("https://www.example.org", written, StringComparison.Ordinal);

        proxied.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("Healthy", await proxied.ReadinessAsync("forms"));
    }

    [Fact]
    public async Task Post_FromAnotherSite_DoesNotChangeReadiness()
    {
        await using var own = new Site();

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(own, "cross-site", "https://evil.example")).Status);

        Assert.Equal("Healthy", await own.ReadinessAsync("forms"));
    }

    /// <summary>
    /// The paths come from the site's endpoints, so the test includes every new form and cannot miss one through a mistyped path.
    /// </summary>
    [Fact]
    public async Task Post_FromAnotherSite_IsRefusedAtEveryEndpointThatTakesPosts()
    {
        var paths = await PostedPathsAsync();
        Assert.Superset(
            new HashSet<string>
            {
                RequestJourney.Path, "/clinics/zip-code", "/requests/AAAAAAAA?handler=Withdraw",
                "/staff/sign-in", "/staff/sign-in?handler=SignOut",
                "/staff/requests/AAAAAAAA?handler=Claim", "/staff/people",
            },
            paths.ToHashSet());
        Assert.All(paths, path => Assert.DoesNotMatch(@"[{}]", path));

        foreach (var path in paths)
        {
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, await PostAsync(path, "cross-site")));

            // For a post from the site's own page, the endpoint itself responds: to the missing token or field, or with a redirect to the
            // sign-in page. A change of language stores nothing and shows the form again.
            var own = await PostAsync(path, "same-origin");
            Assert.True(
                own is HttpStatusCode.BadRequest or HttpStatusCode.Redirect
                    || (own == HttpStatusCode.OK && path.EndsWith("handler=Language", StringComparison.Ordinal)),
                $"{path}: {own}");
        }
    }

    [Fact]
    public async Task Get_FromAnotherSite_IsAnswered()
    {
        using var browser = site.Open();
        browser.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(RequestJourney.Path)).Status);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    public async Task Method_ThatNoPageUses_Gets405AndTheOnesThatAre(string method)
    {
        using var browser = site.Open();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/staff") { Headers = { { "Sec-Fetch-Site", "cross-site" } } };

        using var response = await browser.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD", "POST"], response.Content.Headers.Allow);
    }

    private Task<Answer> SendAsync(string? fetchSite, string? origin) => SendAsync(site, fetchSite, origin);

    private static async Task<Answer> SendAsync(Site site, string? fetchSite, string? origin)
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        foreach (var (name, value) in new[] { ("Sec-Fetch-Site", fetchSite), ("Origin", origin) })
        {
            if (value is not null)
            {
                browser.Client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
            }
        }

        return await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());
    }

    /// <summary>Each page handler and each endpoint that accepts POST, with values for its route parameters.</summary>
    private async Task<List<string>> PostedPathsAsync()
    {
        var loader = site.Services.GetRequiredService<PageLoader>();
        var paths = new List<string>();
        foreach (var endpoint in site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = "/" + Parameter().Replace(endpoint.RoutePattern.RawText!.Trim('/'), match =>
                match.Value.EndsWith(":guid}", StringComparison.Ordinal) ? Guid.Empty.ToString() : "AAAAAAAA");
            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page)
            {
                paths.AddRange((await loader.LoadAsync(page, EndpointMetadataCollection.Empty)).HandlerMethods
                    .Where(handler => HttpMethods.IsPost(handler.HttpMethod))
                    .Select(handler => path + (handler.Name is null ? "" : $"?handler={handler.Name}")));
            }
            else if (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            {
                paths.Add(path);
            }
        }

        return paths;
    }

    private async Task<HttpStatusCode> PostAsync(string path, string fetchSite)
    {
        using var browser = site.Open();
        browser.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", fetchSite);
        using var content = new FormUrlEncodedContent([new("a", "b")]);
        using var response = await browser.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return response.StatusCode;
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    private Task<int> CountAsync() => site.WithDatabaseAsync(db => db.Set<AppointmentRequest>().CountAsync());
}
