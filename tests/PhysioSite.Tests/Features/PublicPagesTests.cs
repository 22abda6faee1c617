using System.IO.Compression;
using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace PhysioSite.Tests.Features;

/// <summary>Properties that all public pages share.</summary>
public sealed class PublicPagesTests(Site site) : IClassFixture<Site>, IDisposable
{
    private const string Origin = "https://www.physiosite.example";

    /// <summary>Pages with a form that uses POST. They set a cookie for the antiforgery token.</summary>
    private static readonly string[] WithCookie = ["/request-appointment", "/es/request-appointment"];

    private readonly Browser _browser = site.Open();

    public static TheoryData<string, string> Others => new()
    {
        { "/sitemap.xml", "application/xml" },
        { "/robots.txt", "text/plain" },
        { "/.well-known/security.txt", "text/plain" },
        { "/healthz", "text/plain" },
        { "/healthz/ready", "application/json" },
        { "/favicon.svg", "image/svg+xml" },
        { "/hero.svg", "image/svg+xml" },
        { "/social.png", "image/png" },
        { "/touch-icon.png", "image/png" },
        { "/articles/feed.xml", "application/atom+xml" },
        { "/es/articles/feed.xml", "application/atom+xml" },
        { "/images/heel-raise.svg", "image/svg+xml" },
    };

    public void Dispose() => _browser.Dispose();

    [Theory]
    [MemberData(nameof(PublicPages.All), MemberType = typeof(PublicPages))]
    public async Task Get_OfAPage_AnswersHtmlWithEveryHeader(string path)
    {
        var answer = await _browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("text/html; charset=utf-8", answer.Response.Content.Headers.ContentType?.ToString());
        AssertHeaders(answer);
        Assert.Equal(WithCookie.Contains(path), answer.Response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Get_OfAFile_AnswersItsTypeWithEveryHeader(string path, string type)
    {
        var answer = await _browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(type, answer.Response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(answer.Text);
        AssertHeaders(answer);
        Assert.False(answer.Response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/error/500", HttpStatusCode.InternalServerError)]
    [InlineData("/staff", HttpStatusCode.Redirect)]
    [InlineData("/staff/sign-in", HttpStatusCode.OK)]
    [InlineData("/staff/first-administrator", HttpStatusCode.Gone)]
    [InlineData("/clinics?zip=0", HttpStatusCode.BadRequest)]
    [InlineData("/careers/front-desk-oakland", HttpStatusCode.Gone)]
    public async Task Get_OfAnythingElse_HasEveryHeaderToo(string path, HttpStatusCode status)
    {
        var answer = await _browser.GetAsync(path);

        Assert.Equal(status, answer.Status);
        AssertHeaders(answer);
    }

    [Theory]
    [MemberData(nameof(PublicPages.All), MemberType = typeof(PublicPages))]
    public async Task Page_OfThePublic_LoadsOnlyOwnFilesAndNothingInline(string path)
    {
        var page = (await _browser.GetAsync(path)).Page;

        Assert.All(PublicPages.Loads(page), address => Assert.Matches("^/(?!/)", address));
        Assert.Empty(page.QuerySelectorAll("style, [style], base, iframe, object, embed, meta[http-equiv]"));
        Assert.Empty(page.QuerySelectorAll("script:not([src]):not([type='application/ld+json'])"));
        var handlers = page.All.SelectMany(element => element.Attributes)
            .Where(attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
            .Select(attribute => attribute.Name);
        Assert.Empty(handlers);
        Assert.DoesNotContain(
            page.Links.Select(link => link.GetAttribute("href") ?? ""),
            href => href.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Stylesheets_OfEveryPage_LoadNothingFromElsewhere()
    {
        var page = (await _browser.GetAsync("/")).Page;
        var sheets = page.QuerySelectorAll("link[rel=stylesheet]").Select(link => link.GetAttribute("href")!).ToList();

        Assert.NotEmpty(sheets);
        foreach (var sheet in sheets)
        {
            var answer = await _browser.GetAsync(sheet);
            Assert.Equal("text/css", answer.Response.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotMatch(@"@import|url\(\s*[""']?(https?:|//)", answer.Text);
        }
    }

    [Theory]
    [MemberData(nameof(PublicPages.All), MemberType = typeof(PublicPages))]
    public async Task Page_OfThePublic_HasOneHeadingALanguageADescriptionAndItsOneAddress(string path)
    {
        var page = (await _browser.GetAsync(path)).Page;

        Assert.Equal(path.StartsWith("/es/", StringComparison.Ordinal) ? "es" : "en", page.DocumentElement.GetAttribute("lang"));
        Assert.False(string.IsNullOrWhiteSpace(Assert.Single(page.QuerySelectorAll("h1")).TextContent));
        Assert.False(string.IsNullOrWhiteSpace(page.Title));
        Assert.InRange(page.QuerySelector<IHtmlMetaElement>("meta[name=description]")?.Content?.Length ?? 0, 50, 200);
        Assert.Equal(Origin + path, Assert.Single(page.QuerySelectorAll("link[rel=canonical]")).GetAttribute("href"));
        Assert.Null(page.QuerySelector("meta[name=robots]"));
        Assert.Single(page.QuerySelectorAll("main#main"));
        Assert.Distinct(page.QuerySelectorAll("[id]").Select(element => element.Id));
        Assert.Contains("911", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.All(page.QuerySelectorAll("img"), image => Assert.True(image.HasAttribute("alt"), image.OuterHtml));
        AssertNoHeadingLevelIsSkipped(page);
    }

    [Fact]
    public async Task Pages_OfThePublic_HaveTitlesAndDescriptionsOfTheirOwn()
    {
        var titles = new List<string>();
        var descriptions = new List<string>();
        foreach (var path in PublicPages.Paths)
        {
            var page = (await _browser.GetAsync(path)).Page;
            titles.Add(page.Title!);
            descriptions.Add(page.QuerySelector<IHtmlMetaElement>("meta[name=description]")!.Content!);
        }

        Assert.Distinct(titles);
        Assert.Distinct(descriptions);
    }

    /// <summary>
    /// The clinic finder and the request form use the site's script as an enhancement. Pages without either load no script.
    /// </summary>
    [Theory]
    [MemberData(nameof(PublicPages.All), MemberType = typeof(PublicPages))]
    public async Task Page_OfThePublic_HasTheScriptOnlyWhereItHelps(string path)
    {
        var page = (await _browser.GetAsync(path)).Page;

        Assert.Equal(
            path is "/" or "/es/"
                || path.EndsWith("/clinics", StringComparison.Ordinal)
                || path.EndsWith("/request-appointment", StringComparison.Ordinal),
            page.QuerySelectorAll("script[src]").Length == 1);
    }

    /// <summary>The size budgets of <c>docs/design.md</c>, in bytes as transferred.</summary>
    [Theory]
    [InlineData("Styles/site.css", 8_192)]
    [InlineData("Styles/pages.css", 2_560)]
    [InlineData("Styles/plan.css", 1_024)]
    [InlineData("wwwroot/site.js", 6_144)]
    [InlineData("wwwroot/fonts/*.woff2", 20_480)]
    [InlineData("Styles/staff.css", 4_096)]
    [InlineData("wwwroot/staff.js", 6_144)]
    [InlineData("wwwroot/*.svg", 6_144)]
    [InlineData("wwwroot/*.png", 6_144)]
    [InlineData("../../content/images/*.svg", 6_144)]
    public void File_ThatPagesLoad_IsSmall(string pattern, int most)
    {
        var path = Path.Combine(Repository.Root, "src", "PhysioSite", pattern);
        var files = Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path));

        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            using var sent = new MemoryStream();
            using (var gzip = new GZipStream(sent, CompressionLevel.Optimal, leaveOpen: true))
            {
                gzip.Write(File.ReadAllBytes(file));
            }

            Assert.True(sent.Length <= most, $"{file} is sent as {sent.Length} bytes");
        });
    }

    /// <summary>One file has the picture of every body area, and the mark of the brand is part of the page.</summary>
    [Fact]
    public async Task ListOfArticles_HasManyPictures_LoadsOneFileForThem()
    {
        var page = (await _browser.GetAsync("/articles")).Page;

        var pictures = page.QuerySelectorAll("img").Select(picture => picture.GetAttribute("src")!.Split('#')).ToList();
        Assert.True(pictures.DistinctBy(parts => parts[1]).Count() > 4);
        var file = await _browser.GetAsync(Assert.Single(pictures.Select(parts => parts[0]).Distinct()));
        Assert.All(pictures, parts => Assert.Contains($"<view id=\"{parts[1]}\"", file.Text, StringComparison.Ordinal));
        Assert.Contains(page.QuerySelector(".brand svg path")!.GetAttribute("d")!, (await _browser.GetAsync("/favicon.svg")).Text);
    }

    [Theory]
    [InlineData("/clinics?zip=53703", "/clinics")]
    [InlineData("/careers?type=full-time", "/careers")]
    [InlineData("/articles?area=shin", "/articles")]
    [InlineData("/request-appointment?clinic=madison", "/request-appointment")]
    [InlineData("/clinics/", "/clinics")]
    public async Task Page_AtAVariantOfItsAddress_PointsSearchEnginesToTheOne(string address, string path)
    {
        var page = (await _browser.GetAsync(address)).Page;

        Assert.Equal(Origin + path, Assert.Single(page.QuerySelectorAll("link[rel=canonical]")).GetAttribute("href"));
    }

    [Fact]
    public async Task Canonical_ForAnyHostHeader_StaysThePublicAddress()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/clinics") { Headers = { Host = "127.0.0.1" } };

        using var response = await _browser.Client.SendAsync(request);

        var html = await response.Content.ReadAsStringAsync();
        Assert.Contains($"<link rel=\"canonical\" href=\"{Origin}/clinics\">", html, StringComparison.Ordinal);
    }

    private static void AssertNoHeadingLevelIsSkipped(IHtmlDocument page)
    {
        var above = 0;
        foreach (var heading in page.QuerySelectorAll("main h1, main h2, main h3, main h4, main h5, main h6"))
        {
            var level = heading.LocalName[1] - '0';
            Assert.True(level <= above + 1, $"<{heading.LocalName}> {heading.TextContent} comes after a heading of level {above}.");
            above = level;
        }
    }

    internal static void AssertHeaders(Answer answer, string referrer = "same-origin")
    {
        foreach (var (name, value) in new[]
        {
            ("Content-Security-Policy",
                "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", referrer),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Embedder-Policy", "require-corp"),
            ("Origin-Agent-Cluster", "?1"),
            ("X-Permitted-Cross-Domain-Policies", "none"),
        })
        {
            Assert.Equal(value, Assert.Single(answer.Response.Headers.GetValues(name)));
        }

        var features = Assert.Single(answer.Response.Headers.GetValues("Permissions-Policy")).Split(", ");
        Assert.Contains("camera=()", features);
        Assert.Equal(["geolocation=(self)"], features.Where(feature => !feature.EndsWith("=()", StringComparison.Ordinal)));
        Assert.False(answer.Response.Headers.Contains("Server"));
        Assert.False(answer.Response.Headers.Contains("X-Powered-By"));
    }
}
