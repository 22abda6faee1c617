using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using PhysioSite.Tests.Features;
using PhysioSite.Web.Caching;

namespace PhysioSite.Tests.Web.Caching;

/// <summary>What a reader gets from the cache. Expiry is tested in <see cref="PageExpiryTests"/>.</summary>
public sealed class PageCacheTests(Site site) : IClassFixture<Site>, IDisposable
{
    private const string Article = "/articles/shin-splints";

    private readonly Browser _browser = site.Open();

    public static TheoryData<string> Kept { get; } =
    [
        .. PublicPages.Paths.Where(path => !path.EndsWith("/request-appointment", StringComparison.Ordinal)),
        "/articles?area=shin", "/articles/shin-splints/plan", "/sitemap.xml", "/articles/feed.xml", "/es/articles/feed.xml",
    ];

    private CachedPages Pages => site.Services.GetRequiredService<PageCache>().Current;

    public void Dispose() => _browser.Dispose();

    [Theory]
    [MemberData(nameof(Kept))]
    public async Task PublicPage_ReadTwice_IsRenderedOnceAndAnsweredTheSame(string path)
    {
        var first = await _browser.GetAsync(path);
        var second = await _browser.GetAsync(path);

        Assert.NotNull(Find(path));
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(Headers(first.Response), Headers(second.Response));
        Assert.NotNull(second.Response.Headers.ETag);
        Assert.False(second.Response.Headers.ETag.IsWeak);
        Assert.Equal("no-cache", second.Response.Headers.CacheControl?.ToString());
        Assert.Equal(["Accept-Encoding"], second.Response.Headers.Vary);
        Assert.DoesNotContain("__RequestVerificationToken", second.Text, StringComparison.Ordinal);
        Assert.False(second.Response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("/search?q=shin", "/search")]
    [InlineData("/clinics?zip=53703", "/clinics?zip=53703")]
    [InlineData("/clinics?zip=nowhere", "/clinics?zip=nowhere")]
    [InlineData("/careers?zip=53703&within=10", "/careers?zip=53703&within=10")]
    [InlineData("/careers?clinic=nowhere", "/careers?clinic=nowhere")]
    [InlineData("/careers?type=nowhere", "/careers?type=nowhere")]
    [InlineData("/articles?area=nowhere", "/articles?area=nowhere")]
    [InlineData("/request-appointment", "/request-appointment")]
    [InlineData("/nowhere", "/nowhere")]
    [InlineData("/articles/nowhere", "/articles/nowhere")]
    [InlineData("/error/404", "/error/404")]
    public async Task Page_OfOneReaderOrOfEndlessAddresses_IsNotKept(string path, string key)
    {
        var count = Pages.Count;
        await _browser.GetAsync(path);
        await _browser.GetAsync(path);

        Assert.Null(Find(key));
        Assert.Equal(count, Pages.Count);
    }

    [Fact]
    public async Task ClosedPosition_IsNotKept()
    {
        var answer = await _browser.GetAsync($"/careers/{PublicPages.Closed.Slug}");

        Assert.Equal(HttpStatusCode.Gone, answer.Status);
        Assert.Null(Find($"/careers/{PublicPages.Closed.Slug}"));
    }

    [Fact]
    public async Task QueryStrings_ThatThePageDoesNotUse_AddNothingAndAreNotInThePage()
    {
        var page = await _browser.GetAsync(Article);
        await _browser.GetAsync("/articles?area=shin");
        var count = Pages.Count;

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(page.Text, (await _browser.GetAsync($"{Article}?x={i}")).Text);
            Assert.DoesNotContain("secret", (await _browser.GetAsync($"/articles?secret={i}&area=shin")).Text, StringComparison.Ordinal);
        }

        Assert.Equal(count, Pages.Count);
        Assert.Contains("/es/articles?area=shin", (await _browser.GetAsync("/articles?area=shin")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Page_InAnEncoding_IsTheSamePageWithItsOwnTag(string encoding)
    {
        var plain = await _browser.GetAsync(Article);

        using var response = await SendAsync(HttpMethod.Get, Article, encoding);

        var body = await response.Content.ReadAsByteArrayAsync();
        using var compressed = new MemoryStream(body);
        await using Stream stream = encoding == "br"
            ? new BrotliStream(compressed, CompressionMode.Decompress)
            : new GZipStream(compressed, CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        Assert.Equal(plain.Text, await reader.ReadToEndAsync());
        Assert.Equal([encoding], response.Content.Headers.ContentEncoding);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.NotEqual(plain.Response.Headers.ETag, response.Headers.ETag);
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
    }

    [Fact]
    public async Task Page_OnItsFirstRead_IsCompressedAndKeptWithoutTheQueryString()
    {
        await using var cold = new Site();
        using var browser = cold.Open();
        using var request = Request(HttpMethod.Get, $"{Article}?handler=x&secret=1", "gzip, br");

        using var first = await browser.Client.SendAsync(request);
        var second = await browser.GetAsync(Article);

        Assert.Equal(["br"], first.Content.Headers.ContentEncoding);
        Assert.Equal("Shin splints", second.Page.QuerySelector("h1")?.TextContent);
        Assert.DoesNotContain("secret", second.Text, StringComparison.Ordinal);
        Assert.Equal(1, cold.Services.GetRequiredService<PageCache>().Current.Count);
    }

    [Fact]
    public async Task Head_OfAPage_HasTheHeadersOfGetAndNoBody()
    {
        using var got = await SendAsync(HttpMethod.Get, Article, "gzip");
        using var head = await SendAsync(HttpMethod.Head, Article, "gzip");
        var first = await _browser.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/about"));
        var then = await _browser.GetAsync("/about");

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(Headers(got), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Empty(await first.Content.ReadAsByteArrayAsync());
        Assert.Contains("</html>", then.Text, StringComparison.Ordinal);
        Assert.Equal(Headers(then.Response), Headers(first));
    }

    [Theory]
    [InlineData("{0}", 304)]
    [InlineData("W/{0}", 304)]
    [InlineData("\"other\", {0}", 304)]
    [InlineData("*", 304)]
    [InlineData("\"other\"", 200)]
    [InlineData("{0}x", 200)]
    [InlineData("other", 200)]
    public async Task IfNoneMatch_OfAPage_IsAnsweredByItsTag(string header, int status)
    {
        using var got = await SendAsync(HttpMethod.Get, Article, "gzip");
        using var request = Request(HttpMethod.Get, Article, "gzip");
        request.Headers.TryAddWithoutValidation(
            "If-None-Match", string.Format(System.Globalization.CultureInfo.InvariantCulture, header, got.Headers.ETag));

        using var response = await _browser.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(got.Headers.ETag, response.Headers.ETag);
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        Assert.Equal(status == 304, (await response.Content.ReadAsByteArrayAsync()).Length == 0);
        Assert.Equal(status == 304, response.Content.Headers.ContentType is null);
    }

    /// <summary>The tag of a coding that the client does not accept is no match.</summary>
    [Theory]
    [InlineData("gzip", "gzip, br", 304)]
    [InlineData("gzip", "br", 200)]
    [InlineData(null, "gzip", 304)]
    public async Task IfNoneMatch_WithTheTagOfAnotherCoding_MatchesWhatTheClientAccepts(string? had, string accepts, int status)
    {
        using var got = await SendAsync(HttpMethod.Get, Article, had);
        using var request = Request(HttpMethod.Get, Article, accepts);
        request.Headers.IfNoneMatch.Add(got.Headers.ETag!);

        using var response = await _browser.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Brotli_AtItsBestLevel_ReplacesTheFasterOneWithoutLoadingThePageAgain()
    {
        const string path = "/articles/runners-knee";
        using var first = await SendAsync(HttpMethod.Get, path, "br");
        using var best = await Eventually.GetAsync(
            async () => await SendAsync(HttpMethod.Get, path, "br") is var sent && sent.Headers.ETag?.Tag != first.Headers.ETag?.Tag
                ? sent
                : null,
            "Brotli is compressed at its best level");
        using var request = Request(HttpMethod.Get, path, "gzip, br");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await _browser.Client.SendAsync(request);

        Assert.True(best.Content.Headers.ContentLength < first.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
    }

    [Fact]
    public async Task Cookies_OfAForm_AreAnsweredFromTheCacheAndOfStaffAreNot()
    {
        using var reader = site.Open();
        await reader.GetAsync("/request-appointment");
        var withForm = await reader.GetAsync(Article);
        using var staff = new HttpRequestMessage(HttpMethod.Get, Article) { Headers = { { "Cookie", "a=b; __Host-staff=x" } } };
        using var bypassed = await _browser.Client.SendAsync(staff);

        Assert.NotNull(withForm.Response.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, bypassed.StatusCode);
        Assert.Null(bypassed.Headers.ETag);
        Assert.Equal(withForm.Text, Encoding.UTF8.GetString(Indentation.Remove(await bypassed.Content.ReadAsByteArrayAsync())));
    }

    [Fact]
    public async Task StaffMember_BesideAPatient_LeavesNothingInTheCache()
    {
        await using var fresh = new Site();
        using var staff = await fresh.SignInAsync("pat@cedarandstride.example", PhysioSite.Features.Staff.StaffRoles.Administrator);
        await staff.GetAsync("/about");
        Assert.Equal(0, fresh.Services.GetRequiredService<PageCache>().Current.Count);
    }

    [Theory]
    [InlineData("https://www.physiosite.example", null, 200)]
    [InlineData("http://www.physiosite.example", "https", 200)]
    [InlineData("http://www.physiosite.example", null, 308)]
    [InlineData("https://physiosite.example", null, 308)]
    [InlineData("https://elsewhere.example", null, 400)]
    public async Task HostAndScheme_OfACachedPage_AreCheckedAsBefore(string origin, string? forwardedProto, int status)
    {
        await _browser.GetAsync(Article);
        using var request = new HttpRequestMessage(HttpMethod.Get, origin + Article);
        if (forwardedProto is not null)
        {
            request.Headers.Add("X-Forwarded-Proto", forwardedProto);
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        }

        using var response = await _browser.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200, response.Headers.Contains("Strict-Transport-Security"));
        Assert.True(response.Headers.Contains("Content-Security-Policy"));
    }

    [Fact]
    public async Task Page_OfALanguage_IsKeptByItsPrefix()
    {
        var english = await _browser.GetAsync("/about");
        var spanish = await _browser.GetAsync("/es/about");

        Assert.Equal("en", english.Page.DocumentElement.GetAttribute("lang"));
        Assert.Equal("es", spanish.Page.DocumentElement.GetAttribute("lang"));
        Assert.Equal(spanish.Text, (await _browser.GetAsync("/es/about")).Text);
    }

    [Theory]
    [InlineData("Set-Cookie", "seen=1; path=/")]
    [InlineData("Cache-Control", "no-store")]
    [InlineData("X-Correlation-Id", "7f3a")]
    public async Task Page_WithAHeaderOfItsOwn_IsNotKept(string name, string value)
    {
        await using var fresh = new Site
        {
            Replace = services => services.PostConfigure<MvcOptions>(options => options.Filters.Add(new AddHeader(name, value))),
        };
        using var browser = fresh.Open();

        var first = await browser.GetAsync(Article);
        var second = await browser.GetAsync(Article);

        Assert.Equal(first.Text, second.Text);
        Assert.All([first, second], answer => Assert.Equal([value], answer.Response.Headers.GetValues(name)));
        Assert.Equal(0, fresh.Services.GetRequiredService<PageCache>().Current.Count);
    }

    private CachedPage? Find(string address)
    {
        var path = address.Split('?')[0];
        return Pages.Find(path, address[path.Length..], site.Clock.UtcNow);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? encoding)
    {
        using var request = Request(method, path, encoding);
        return await _browser.Client.SendAsync(request);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? encoding)
    {
        var request = new HttpRequestMessage(method, path);
        if (encoding is not null)
        {
            request.Headers.Add("Accept-Encoding", encoding);
        }

        return request;
    }

    private static IEnumerable<string> Headers(HttpResponseMessage response) => response.Headers
        .Concat<KeyValuePair<string, IEnumerable<string>>>(response.Content.Headers)
        .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
        .Order(StringComparer.Ordinal);

    private sealed class AddHeader(string name, string value) : IPageFilter
    {
        public void OnPageHandlerSelected(PageHandlerSelectedContext context)
        {
        }

        public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
        {
        }

        public void OnPageHandlerExecuted(PageHandlerExecutedContext context) => context.HttpContext.Response.Headers[name] = value;
    }
}
