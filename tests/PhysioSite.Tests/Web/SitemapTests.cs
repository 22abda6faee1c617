using System.Globalization;
using System.Net;
using System.Xml.Linq;
using PhysioSite.Tests.Features;
using PhysioSite.Web.Sitemaps;

namespace PhysioSite.Tests.Web;

public sealed class SitemapTests(Site site) : IClassFixture<Site>
{
    private const string Origin = "https://www.physiosite.example";
    private static readonly XNamespace Schema = "http://www.sitemaps.org/schemas/sitemap/0.9";

    [Fact]
    public async Task Sitemap_OfTheSample_ListsEachPublicPageOnce()
    {
        using var browser = site.Open();

        var map = XDocument.Parse((await browser.GetAsync("/sitemap.xml")).Text).Root!;

        Assert.Equal(Schema + "urlset", map.Name);
        Assert.Equal(
            PublicPages.Paths.Select(path => Origin + path).Order(StringComparer.Ordinal),
            map.Elements(Schema + "url").Select(url => url.Element(Schema + "loc")!.Value).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(PublicPages.Closed.Slug, map.ToString(), StringComparison.Ordinal);
        Assert.All(map.Descendants(Schema + "lastmod"), date => Assert.True(
            DateOnly.TryParseExact(date.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), date.Value));
    }

    [Fact]
    public async Task Sitemap_AfterAPositionCloses_NoLongerListsIt()
    {
        using var later = new Site();
        using var browser = later.Open();
        var before = (await browser.GetAsync("/sitemap.xml")).Text;
        later.Clock.Set(new DateTimeOffset(2027, 4, 1, 12, 0, 0, TimeSpan.Zero));
        var after = (await browser.GetAsync("/sitemap.xml")).Text;

        Assert.Contains("/careers/physical-therapist-assistant-atlanta<", before, StringComparison.Ordinal);
        Assert.DoesNotContain("/careers/physical-therapist-assistant-atlanta<", after, StringComparison.Ordinal);
        Assert.Contains("/careers/physical-therapist-madison<", after, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 50_000_000)]
    [InlineData(50_000, 9_000)]
    public async Task Sitemap_BeyondALimit_IsAnIndexOfPartsWithEachPublicPageOnce(int mostAddresses, int mostBytes)
    {
        using var large = Limited(mostAddresses, mostBytes);
        using var browser = large.Open();

        var index = await browser.GetAsync("/sitemap.xml");
        var parts = await PartsAsync(browser, index);

        Assert.InRange(parts.Count, 3, 20);
        Assert.All(parts, part =>
        {
            Assert.Equal(Schema + "urlset", Root(part).Name);
            Assert.InRange(Root(part).Elements().Count(), 1, mostAddresses);
            Assert.InRange(part.Response.Content.Headers.ContentLength!.Value, 1, mostBytes);
            Assert.Equal(index.Response.Content.Headers.ContentType, part.Response.Content.Headers.ContentType);
            Assert.Equal(index.Response.Headers.CacheControl, part.Response.Headers.CacheControl);
            Assert.NotNull(part.Response.Headers.ETag);
        });
        Assert.Equal(
            PublicPages.Paths.Select(path => Origin + path).Order(StringComparer.Ordinal),
            parts.SelectMany(Addresses).Order(StringComparer.Ordinal));
        Assert.Equal(
            parts.Select(part => Root(part).Descendants(Schema + "lastmod").Max(date => date.Value)),
            Root(index).Elements().Select(part => part.Element(Schema + "lastmod")?.Value));
        foreach (var none in new[] { $"{parts.Count + 1}", "0", "01", "-1", "%2B1", "1%20", "x", "99999999999" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/sitemap-{none}.xml")).Status);
        }
    }

    [Fact]
    public async Task Parts_AfterAPositionCloses_NoLongerListIt()
    {
        using var large = Limited(20, 50_000_000);
        using var browser = large.Open();
        var before = await PartsAsync(browser, await browser.GetAsync("/sitemap.xml"));
        large.Clock.Set(new DateTimeOffset(2027, 4, 1, 12, 0, 0, TimeSpan.Zero));
        var after = await PartsAsync(browser, await browser.GetAsync("/sitemap.xml"));

        const string Position = Origin + "/careers/physical-therapist-assistant-atlanta";
        Assert.Contains(Position, before.SelectMany(Addresses));
        Assert.DoesNotContain(Position, after.SelectMany(Addresses));
        Assert.Contains(Origin + "/careers/physical-therapist-madison", after.SelectMany(Addresses));
    }

    [Fact]
    public async Task Part_OfASiteMapThatIsOneFile_DoesNotExist()
    {
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/sitemap-1.xml")).Status);
    }

    [Fact]
    public async Task Robots_OfTheSite_NamesTheSitemapAndKeepsOutOfPrivatePagesOnly()
    {
        using var browser = site.Open();

        var robots = await browser.GetAsync("/robots.txt");
        var lines = robots.Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains($"Sitemap: {Origin}/sitemap.xml", lines);
        var closed = lines
            .Where(line => line.StartsWith("Disallow: ", StringComparison.Ordinal))
            .Select(line => line["Disallow: ".Length..])
            .ToList();
        Assert.Contains("/staff", closed);
        Assert.Contains("/requests/", closed);
        Assert.DoesNotContain(PublicPages.Paths, path => closed.Any(start => path.StartsWith(start, StringComparison.Ordinal)));
    }

    private static Site Limited(int mostAddresses, int mostBytes) => new()
    {
        Replace = services => services.Configure<SitemapLimits>(
            limits => (limits.MostAddresses, limits.MostBytes) = (mostAddresses, mostBytes)),
    };

    private static XElement Root(Answer answer) => XDocument.Parse(answer.Text).Root!;

    private static IEnumerable<string> Addresses(Answer part) => Root(part).Elements().Select(url => url.Element(Schema + "loc")!.Value);

    /// <returns>The files that the index names.</returns>
    private static async Task<List<Answer>> PartsAsync(Browser browser, Answer index)
    {
        Assert.Equal(Schema + "sitemapindex", Root(index).Name);
        var parts = new List<Answer>();
        foreach (var part in Addresses(index))
        {
            parts.Add(await browser.GetAsync(new Uri(part).AbsolutePath));
        }

        return parts;
    }
}
