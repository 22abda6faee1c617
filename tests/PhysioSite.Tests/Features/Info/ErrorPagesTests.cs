using System.Net;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Tests.Features.Info;

public sealed class ErrorPagesTests(Site site) : IClassFixture<Site>, IDisposable
{
    private const string Phone = "(608) 555-0100";

    private readonly Browser _browser = site.Open();

    public void Dispose() => _browser.Dispose();

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/articles/nowhere")]
    [InlineData("/clinics/nowhere")]
    [InlineData("/careers/nowhere")]
    [InlineData("/requests/nowhere")]
    [InlineData("/request-appointment/receipt/nowhere")]
    [InlineData("/nowhere.php")]
    [InlineData("/images/nowhere.svg")]
    [InlineData("/error/404")]
    [InlineData("/error/nonsense")]
    public async Task Get_OfAnUnknownPage_Returns404WithWaysOnAndThePhone(string path)
    {
        var answer = await _browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("We cannot find that page", answer.Main, StringComparison.Ordinal);
        AssertHelps(answer);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Get_OfAnErrorPage_AnswersItsCodeWithWaysOnAndThePhone(int code)
    {
        var answer = await _browser.GetAsync($"/error/{code}");

        Assert.Equal(code, (int)answer.Status);
        Assert.Equal(code >= 500, answer.Main.Contains("If you call about this, say:", StringComparison.Ordinal));
        AssertHelps(answer);
    }

    [Theory]
    [InlineData("POST", "/sitemap.xml", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/robots.txt", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/articles", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/clinics/madison", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/staff/sign-in", HttpStatusCode.MethodNotAllowed)]
    [InlineData("TRACE", "/", HttpStatusCode.MethodNotAllowed)]
    public async Task Request_WithAMethodThatIsNotForIt_IsRefusedWithAPage(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await _browser.Client.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
        AssertHelps(new Answer(response, await response.Content.ReadAsStringAsync()));
    }

    /// <summary>Without a handler the page has no data to show.</summary>
    [Theory]
    [InlineData("/articles/shin-splints")]
    [InlineData("/clinics/madison?handler=nothing")]
    [InlineData("/careers")]
    public async Task Post_ToAPageThatHasNoHandlerForIt_Returns405(string path)
    {
        var form = await _browser.GetAsync(RequestJourney.Path);
        var token = form.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]);

        using var response = await _browser.Client.PostAsync(path, content);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        AssertHelps(new Answer(response, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Get_WhenAPageThrows_Returns500WithoutDetailsAndLogsThem()
    {
        using var broken = new Site
        {
            Replace = services => services.AddSingleton<ClinicDirectory>(_ => throw new InvalidOperationException("inner workings")),
        };
        using var browser = broken.Open();

        var answer = await browser.GetAsync("/clinics");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
        Assert.Contains("Something went wrong on our side", answer.Main, StringComparison.Ordinal);
        Assert.Contains(Phone, answer.Main, StringComparison.Ordinal);
        Assert.DoesNotContain("inner workings", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        Assert.Contains(broken.Logs.Lines, line => line.Contains("inner workings", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_OfAClosedPosition_Returns410WithOpenOnesNearAndIsNotIndexed()
    {
        var closed = PublicPages.Closed;
        var answer = await _browser.GetAsync($"/careers/{closed.Slug}");

        Assert.Equal(HttpStatusCode.Gone, answer.Status);
        Assert.Contains("This position closed on 31 October 2026.", answer.Main, StringComparison.Ordinal);
        Assert.Equal("noindex", answer.Page.QuerySelector("meta[name=robots]")?.GetAttribute("content"));
        Assert.Null(answer.Page.QuerySelector("link[rel=canonical]"));
        Assert.Null(answer.Page.QuerySelector("main a[href^='mailto:']"));
        var near = answer.Page.QuerySelectorAll("main li a[href^='/careers/']").Select(link => link.GetAttribute("href")).ToList();
        // The position at the same clinic is first, then positions by distance across the bay.
        Assert.Equal(
            ["/careers/physical-therapist-oakland", "/careers/front-desk-alameda", "/careers/physical-therapist-assistant-berkeley"],
            near.Take(3));
        Assert.NotNull(answer.Page.QuerySelector("main a[href='/careers']"));
    }

    private static void AssertHelps(Answer answer)
    {
        Assert.Equal("text/html", answer.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("noindex", answer.Page.QuerySelector("meta[name=robots]")?.GetAttribute("content"));
        Assert.Contains(Phone, answer.Main, StringComparison.Ordinal);
        Assert.Equal("tel:+16085550100", answer.Page.QuerySelector("main a[href^='tel:']")?.GetAttribute("href"));
        foreach (var way in new[] { "/articles", "/clinics", "/request-appointment", "/careers" })
        {
            Assert.NotNull(answer.Page.QuerySelector($"main a[href='{way}']"));
        }

        Assert.True(answer.Response.Headers.CacheControl?.NoStore);
    }
}
