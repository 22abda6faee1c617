using System.Globalization;
using System.Xml.Linq;

namespace PhysioSite.Tests.Features.Articles;

/// <summary>The feed conforms to RFC 4287 and lists the same articles as the articles page.</summary>
public sealed class FeedTests(Site site) : IClassFixture<Site>
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    [Theory]
    [InlineData("", "en")]
    [InlineData("/es", "es")]
    public async Task Feed_OfALanguage_ListsItsArticlesByTheRules(string prefix, string language)
    {
        using var browser = site.Open();
        var page = await browser.GetAsync($"{prefix}/articles");
        var link = page.Page.QuerySelector("link[type='application/atom+xml']")!.GetAttribute("href")!;

        var answer = await browser.GetAsync(link);

        var feed = XDocument.Parse(answer.Text).Root!;
        var entries = feed.Elements(Atom + "entry").ToList();
        Assert.Equal($"{prefix}/articles/feed.xml", link);
        Assert.Equal(Atom + "feed", feed.Name);
        Assert.Equal(language, feed.Attribute(XNamespace.Xml + "lang")!.Value);
        Assert.Equal($"https://www.physiosite.example{link}", Link(feed, "self"));
        var cards = page.Page.QuerySelectorAll("main .cards h2 a");
        Assert.Equal(
            cards.Select(article => ($"https://www.physiosite.example{article.GetAttribute("href")}", article.TextContent)),
            entries.Select(entry => (Link(entry, "alternate"), entry.Element(Atom + "title")!.Value)));
        Assert.All(entries.Append(feed), part =>
        {
            Assert.StartsWith("https://", Assert.Single(part.Elements(Atom + "id")).Value, StringComparison.Ordinal);
            var updated = Assert.Single(part.Elements(Atom + "updated")).Value;
            Assert.True(DateTimeOffset.TryParseExact(
                updated, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        });
        Assert.All(entries, entry => Assert.NotEmpty(entry.Element(Atom + "author")!.Element(Atom + "name")!.Value));
        Assert.Distinct(entries.Select(entry => entry.Element(Atom + "id")!.Value));
        Assert.Equal(entries.Max(entry => entry.Element(Atom + "updated")!.Value), feed.Element(Atom + "updated")!.Value);
    }

    private static string Link(XElement part, string relation) =>
        part.Elements(Atom + "link").Single(link => link.Attribute("rel")!.Value == relation).Attribute("href")!.Value;
}
