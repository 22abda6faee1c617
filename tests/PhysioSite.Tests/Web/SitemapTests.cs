using System.Globalization;
using System.Xml.Linq;
using PhysioSite.Tests.Features;

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
}
