using System.Net;
using System.Text;
using Npgsql;
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
    [InlineData("/nowhere.php")]
    [InlineData("/images/nowhere.svg")]
    [InlineData("/error/404")]
    [InlineData("/error/nonsense")]
    public async Task Get_OfAnUnknownPage_Returns404WithWaysOnAndThePhone(string path)
    {
        var answer = await _browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("We cannot find that page", answer.Main, StringComparison.Ordinal);
        Assert.NotNull(answer.Page.QuerySelector("main form[action='/search'] input[name=q]"));
        AssertHelps(answer);
    }

    /// <summary>A link that was copied in part, or whose request was erased.</summary>
    [Theory]
    [InlineData("", "This link does not open a request", "Have your reference ready")]
    [InlineData("/es", "Este enlace no abre ninguna solicitud", "Tenga a mano su código de referencia")]
    public async Task Get_OfAPrivateLinkThatLeadsNowhere_SaysWhyAndHowToAsk(string language, string title, string help)
    {
        foreach (var path in new[] { "/requests/nowhere", "/request-appointment/receipt/nowhere", "/requests/nowhere?handler=calendar" })
        {
            var answer = await _browser.GetAsync(language + path);

            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
            Assert.Equal(title, answer.Page.QuerySelector("h1")!.TextContent);
            Assert.Contains(help, answer.Main, StringComparison.Ordinal);
            AssertHelps(answer, language);
        }
    }

    [Theory]
    [InlineData("", "Open the page again")]
    [InlineData("/es", "Abrir la página de nuevo")]
    public async Task Post_WithAnExpiredToken_OffersThePageAgain(string language, string words)
    {
        using var content = new FormUrlEncodedContent([new("__RequestVerificationToken", "expired")]);

        using var response = await _browser.Client.PostAsync($"{language}/requests/AbCdEfGhIjKlMnOpQrStUv?handler=withdraw", content);

        var answer = new Answer(response, await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        var again = answer.Page.QuerySelector("main .actions a")!;
        Assert.Equal((words, $"{language}/requests/AbCdEfGhIjKlMnOpQrStUv"), (again.TextContent, again.GetAttribute("href")));
        AssertHelps(answer, language);
    }

    [Fact]
    public async Task Post_ToAPathLikeAnotherHost_OffersNoLinkToIt()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("https://localhost//elsewhere.example/x"));
        request.Content = new ByteArrayContent("x"u8.ToArray());
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");

        using var response = await _browser.Client.SendAsync(request);

        Assert.DoesNotContain("elsewhere", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_TooOften_SaysHowLongToWait()
    {
        await using var own = new Site { Settings = { ["RateLimits:PublicPostsPerTenMinutes"] = "1" } };
        using var browser = own.Open();
        var receipt = await browser.AskAsync();
        var page = await browser.GetAsync(receipt.StatusPath);
        await browser.SubmitAsync(page, RequestJourney.Withdrawal, []);

        var refused = await browser.SubmitAsync(page, RequestJourney.Withdrawal, []);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Matches(@"Try again in \d+ minutes, or call us now\.", refused.Main);
        Assert.Equal(receipt.StatusPath, refused.Page.QuerySelector("main .actions a")!.GetAttribute("href"));
        AssertHelps(refused);
    }

    [Fact]
    public async Task Get_OfAStaffPageThatDoesNotExist_LeadsBackToTheDesk()
    {
        var answer = await _browser.GetAsync("/staff/nowhere");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("/staff", answer.Page.QuerySelector("main .actions a")!.GetAttribute("href"));
        Assert.Null(answer.Page.QuerySelector("main form"));
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
        Assert.Equal(code >= 500, answer.Main.Contains("If you call about this, give this code:", StringComparison.Ordinal));
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

    /// <summary>Whatever a client sends as a form, the answer is a page with the usual headers, and no error is logged.</summary>
    [Theory]
    [InlineData("/request-appointment", "application/x-www-form-urlencoded; charset=utf-7", "zip=53703")]
    [InlineData("/request-appointment", "application/x-www-form-urlencoded; charset=nonsense", "zip=53703")]
    [InlineData("/staff/sign-in", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"Email\"\r\n\r\nad")]
    [InlineData("/nowhere", "multipart/form-data; boundary=x", "--x\r\nContent-Dispos")]
    [InlineData("/", "multipart/form-data; boundary=x", "")]
    [InlineData("/clinics/zip-code", "application/x-www-form-urlencoded; charset=utf-7", "latitude=1")]
    public async Task Post_OfABodyThatIsNoForm_IsRefusedWithAPage(string path, string type, string body)
    {
        await using var own = new Site();
        using var browser = own.Open();
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await browser.Client.PostAsync(path, content);

        Assert.InRange((int)response.StatusCode, 400, 405);
        Assert.True(response.Headers.Contains("Content-Security-Policy"));
        Assert.DoesNotContain(own.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/requests/%20")]
    [InlineData("/requests/%20%20")]
    [InlineData("/es/requests/%20")]
    [InlineData("/request-appointment/receipt/%20")]
    [InlineData("/articles/%20")]
    [InlineData("/clinics/%C2%A0")]
    public async Task Get_OfAPathWithoutAValue_Returns404(string path)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync(path)).Status);
    }

    [Theory]
    [InlineData("/Clinics/Madison", "/clinics/madison")]
    [InlineData("/ARTICLES/Shin-Splints?utm=A", "/articles/shin-splints?utm=A")]
    [InlineData("/Careers", "/careers")]
    [InlineData("/ES", "/es")]
    [InlineData("/ES/Clinics/Madison", "/es/clinics/madison")]
    [InlineData("/Privacy", "/privacy")]
    [InlineData("/Clinics/Madison/", "/clinics/madison")]
    [InlineData("/Es/?x=1", "/es/?x=1")]
    [InlineData("/Should-I-See-Someone", "/should-i-see-someone")]
    [InlineData("/Request-Appointment?clinic=madison", "/request-appointment?clinic=madison")]
    [InlineData("/Search?q=Shin", "/search?q=Shin")]
    [InlineData("/ES/Requests/AbCdEfGhIjKlMnOpQrStUv", "/es/Requests/AbCdEfGhIjKlMnOpQrStUv")]
    public async Task Get_WithCapitals_IsRedirectedToThePage(string path, string to)
    {
        var answer = await _browser.GetAsync(path);

        Assert.Equal((HttpStatusCode.MovedPermanently, to), (answer.Status, answer.Location));
    }

    [Theory]
    [InlineData("/Nowhere")]
    [InlineData("/Clinics/Nowhere")]
    [InlineData("/Requests/AbCdEfGhIjKlMnOpQrStUv")]
    public async Task Get_WithCapitalsOfNoPage_IsNotRedirected(string path)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Get_WhileTheDatabaseServerDoesNotAnswer_Returns503()
    {
        var away = new NpgsqlException("Failed to connect", new IOException());
        using var broken = new Site
        {
            Replace = services => services.AddSingleton<ClinicDirectory>(_ => throw new InvalidOperationException("Not read", away)),
        };
        using var browser = broken.Open();

        var answer = await browser.GetAsync("/clinics");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        AssertHelps(answer);
    }

    /// <summary>A client that causes the same error again and again must not fill the disk.</summary>
    [Fact]
    public async Task Get_ThatThrowsManyTimes_IsLoggedAFewTimesAndCounted()
    {
        await using var broken = new Site
        {
            Replace = services => services.AddSingleton<ClinicDirectory>(_ => throw new InvalidOperationException("inner workings")),
        };
        using var browser = broken.Open();

        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await browser.GetAsync("/clinics")).Status);
        }

        Assert.Equal(5, Unhandled(broken));
        broken.Clock.Advance(TimeSpan.FromMinutes(2));
        await browser.GetAsync("/clinics");
        Assert.Equal(6, Unhandled(broken));
        Assert.Single(broken.Logs.Lines, line => line.Contains("was thrown 7 more times", StringComparison.Ordinal));

        static int Unhandled(Site site) => site.Logs.Lines.Count(line => line.StartsWith("Error", StringComparison.Ordinal)
            && line.Contains("An unhandled exception has occurred", StringComparison.Ordinal));
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
        Assert.Contains("This position closed on October 31, 2026.", answer.Main, StringComparison.Ordinal);
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

    private static void AssertHelps(Answer answer, string language = "")
    {
        Assert.Equal("text/html", answer.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("noindex", answer.Page.QuerySelector("meta[name=robots]")?.GetAttribute("content"));
        Assert.Contains(Phone, answer.Main, StringComparison.Ordinal);
        Assert.Equal("tel:+16085550100", answer.Page.QuerySelector("main a[href^='tel:']")?.GetAttribute("href"));
        foreach (var way in new[] { "/articles", "/clinics", "/request-appointment", "/careers" })
        {
            Assert.NotNull(answer.Page.QuerySelector($"main a[href='{language}{way}']"));
        }

        Assert.True(answer.Response.Headers.CacheControl?.NoStore);
    }
}
