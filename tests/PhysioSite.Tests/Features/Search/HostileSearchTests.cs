using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using PhysioSite.Features.Search;

namespace PhysioSite.Tests.Features.Search;

/// <summary>Any input to the search gets a response, and is inert on the page.</summary>
public sealed class HostileSearchTests(Site site) : IClassFixture<Site>
{
    private static readonly string[] Typed =
    [
        "\"", "\"\"", "\"shin", "shin\"", "'", "''", "'; DROP TABLE pages; --", "shin' OR '1'='1", "`shin`",
        "AND", "OR", "NOT", "NEAR", "shin AND", "OR shin", "NOT shin",
        "shin NOT splints", "NEAR(shin splints, 5)", "NEAR(", "shin NEAR/2 splints",
        "*", "**", "shin*", "*shin", "sh*n", "^shin", "-", "--", "-shin", "+", "shin + splints",
        "(", ")", "((((shin", "shin)", "()", "(shin OR", "{title}", "{title text}: shin",
        "title:shin", "title : shin", "- title: shin", "pages", "rank", ":", ";", ",",
        ".", "\\", "/", "%", "_", "?", "$query", "@q", "#", "&", "&amp;", "<", ">",
        "\0", "shin\0splints", "\u0001\u0002\u0003", "shin\u0002splints\u0003",
        "\r\n", "\t", "\u2028", "\u202Eshin", "\uFEFFshin", "\uFFFE",
        "🦵", "🦵🏽‍♀️ shin", "shin🦵splints", "e\u0301", "\u0301", "\u0301shin",
        "ﬁbula", "脛", "脛骨 疲労骨折", "голень", "ساق", "𝒮𝒽𝒾𝓃", "ß", "İ", "ı", "K",
        "\uD800", "\uDC00", "shin\uD83E", "\uDDB5shin", "\uDC00\uD800",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
        "</title><script>alert(1)</script>", "<mark>shin</mark>", "shin <b>splints</b>",
        "javascript:alert(1)", "{{7*7}}", "${7*7}", "%00", "%27", "..%2f..%2fetc%2fpasswd", "{0}", "{0} {1} {99}", "{",
        new('a', 10_000), new('"', 10_000), new('(', 10_000), new('*', 10_000),
        string.Join(' ', Enumerable.Repeat("a", 5_000)), string.Join(' ', Enumerable.Repeat("shin", 2_000)),
        string.Concat(Enumerable.Repeat("🦵", 5_000)), new string(' ', 9_000) + "shin",
    ];

    private static readonly HashSet<string> Harmless =
    [
        "div", "h1", "h2", "form", "label", "input", "button", "p", "ol", "ul", "li", "a", "mark",
    ];

    public static TheoryData<int> Numbers { get; } = [.. Enumerable.Range(0, Typed.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Search_OfAnythingAtAll_AnswersAndIsInert(int number)
    {
        using var browser = site.Open();
        foreach (var prefix in new[] { "", "/es" })
        {
            var answer = await browser.GetAsync($"{prefix}/search?q={Uri.EscapeDataString(Typed[number])}");

            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Empty(answer.Page.QuerySelectorAll("main *").Select(element => element.LocalName).Except(Harmless));
            Assert.DoesNotContain(
                answer.Page.All.SelectMany(element => element.Attributes),
                attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase));
            Assert.All(answer.Page.QuerySelectorAll("main a"), link => Assert.Matches("^(/|tel:)", link.GetAttribute("href")));
            Assert.All(answer.Page.QuerySelectorAll("mark"), mark => Assert.Empty(mark.Attributes));
            Assert.Empty(answer.Page.QuerySelectorAll("script:not([type='application/ld+json'])"));
            Assert.InRange(answer.Page.QuerySelector<IHtmlInputElement>("#search-q")!.Value.Length, 0, SearchQuery.Longest);
            Assert.DoesNotContain("\0", answer.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>Calls the search directly with text that no browser sends: a URL cannot contain a lone surrogate.</summary>
    [Theory]
    [MemberData(nameof(Numbers))]
    public void Find_OfAnythingAtAll_DoesNotThrow(int number)
    {
        var search = site.Services.GetRequiredService<SiteSearch>();

        Assert.All(search.Find(Typed[number]).Pages, page => Assert.StartsWith("/", page.Path, StringComparison.Ordinal));
        Assert.InRange(SearchQuery.Clean(Typed[number]).Length, 0, SearchQuery.Longest);
        Assert.DoesNotContain(SearchQuery.Clean(Typed[number]), char.IsControl);
    }

    [Theory]
    [InlineData("%ff%fe%80")]
    [InlineData("%ED%A0%80")]
    [InlineData("%")]
    [InlineData("%zz")]
    [InlineData("shin&q=splints")]
    [InlineData("shin&q=")]
    [InlineData("&q[]=x")]
    public async Task Search_AtABrokenAddress_Answers(string query)
    {
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/search?q={query}")).Status);
    }

    [Theory]
    [InlineData("\"shin\" (splints*")]
    [InlineData("shin-splints")]
    [InlineData("title:shin splints")]
    [InlineData("shin\0splints")]
    [InlineData("🦵shin🦵splints🦵")]
    [InlineData("<b>shin</b> splints")]
    public async Task Search_OfWordsBetweenSigns_FindsTheWords(string typed)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync($"/search?q={Uri.EscapeDataString(typed)}");

        Assert.Contains("/articles/shin-splints", answer.Page.QuerySelectorAll("main ol h2 a").Select(link => link.GetAttribute("href")));
    }

    [Theory]
    [InlineData("shin \uD83E\uDDB5", "shin \uD83E\uDDB5")]
    [InlineData("  shin\r\nsplints ", "shin  splints")]
    public void Clean_KeepsWhatCanBeShown(string typed, string shown)
    {
        Assert.Equal(shown, SearchQuery.Clean(typed));
    }

    [Fact]
    public void Clean_OfMoreThanIsSearched_DoesNotHalveACharacter()
    {
        Assert.Equal(new string('a', 99), SearchQuery.Clean(new string('a', 99) + "🦵"));
        Assert.Equal(new string('a', 98) + "🦵", SearchQuery.Clean(new string('a', 98) + "🦵" + "b"));
        Assert.Equal("shin", SearchQuery.Clean("shin\uD83E"));
        Assert.Equal("", SearchQuery.Clean(null));
    }

    [Fact]
    public async Task Log_AtTheLevelsWeShip_HasNothingThatWasTyped()
    {
        using var quiet = new Site
        {
            Settings = { ["Logging:LogLevel:Default"] = "Information", ["Logging:LogLevel:Microsoft"] = "Warning" },
        };
        using var browser = quiet.Open();

        foreach (var typed in new[] { "quokkaworry", "\"quokkaworry", "quokkaworry NEAR(", "shin quokkaworry" })
        {
            await browser.GetAsync($"/search?q={Uri.EscapeDataString(typed)}");
        }

        Assert.Contains(quiet.Logs.Lines, line => line.Contains("Application started", StringComparison.Ordinal));
        Assert.DoesNotContain(quiet.Logs.Lines, line => line.Contains("quokka", StringComparison.OrdinalIgnoreCase));
    }
}
