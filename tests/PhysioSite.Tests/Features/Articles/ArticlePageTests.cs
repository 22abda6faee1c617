namespace PhysioSite.Tests.Features.Articles;

public sealed class ArticlePageTests
{
    [Fact]
    public async Task Article_WhoseReviewIsOverdue_SaysSoToTheReaderAndToTheOperator()
    {
        using var site = new Site();
        using var browser = site.Open();
        var before = await browser.GetAsync("/articles/shin-splints");
        var ready = await browser.GetAsync("/healthz/ready");

        site.Clock.Set(new DateTimeOffset(2027, 9, 23, 12, 0, 0, TimeSpan.Zero));
        var after = await browser.GetAsync("/articles/shin-splints");
        var late = await browser.GetAsync("/healthz/ready");

        Assert.DoesNotContain("overdue", before.Main, StringComparison.Ordinal);
        Assert.Contains("The review of this article is overdue", after.Main, StringComparison.Ordinal);
        Assert.DoesNotContain("articles/shin-splints.md", ready.Text, StringComparison.Ordinal);
        Assert.Contains("The review of articles/shin-splints.md was due on 2027-09-22.", late.Text, StringComparison.Ordinal);
        Assert.Contains("\"content\":{\"status\":\"Degraded\"", late.Text, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.OK, late.Status);
    }

    [Fact]
    public async Task Neighbors_OfAnArticle_LeadThroughAllOfThem()
    {
        using var site = new Site();
        using var browser = site.Open();
        var seen = new List<string>();
        for (var path = $"/articles/{PublicPages.Content.Articles[0].Slug}"; path is not null;)
        {
            seen.Add(path);
            path = (await browser.GetAsync(path)).Page.QuerySelector(".neighbors [rel=prev]")?.GetAttribute("href");
        }

        Assert.Equal(PublicPages.Content.Articles.Select(article => $"/articles/{article.Slug}"), seen);
    }

    [Fact]
    public async Task CareCards_OfThePageOfSigns_AreThoseOfTheFile()
    {
        using var copy = new ContentCopy();
        var emergency = PublicPages.Content.FindPage("should-i-see-someone")!.CareCards!.Emergency[0];
        copy.Replace("care-cards.yml", emergency, "the leg glows in the dark");
        using var site = new Site { Settings = { ["Content:Folder"] = copy.Folder } };
        using var browser = site.Open();

        Assert.Contains("the leg glows in the dark", (await browser.GetAsync("/should-i-see-someone")).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Articles_OfAnAreaWithoutASpanishText_AreThoseInEnglish()
    {
        using var copy = new ContentCopy();
        foreach (var article in PublicPages.Spanish.Articles.Where(article => article.BodyAreas.Any(area => area.Id == "ankle")))
        {
            copy.Delete($"es/articles/{article.Slug}.md");
        }

        using var site = new Site { Settings = { ["Content:Folder"] = copy.Folder } };
        using var browser = site.Open();

        var spanish = await browser.GetAsync("/es/articles?area=ankle");
        var english = await browser.GetAsync("/articles?area=ankle");

        Assert.Contains("Todavía no tenemos un artículo sobre esto en español.", spanish.Main, StringComparison.Ordinal);
        var links = spanish.Page.QuerySelectorAll("main a[lang=en]").Select(link => link.GetAttribute("href"));
        Assert.Equal(english.Page.QuerySelectorAll("main .cards h2 a").Select(link => link.GetAttribute("href")), links);
        Assert.Contains("/articles/ankle-pain-from-running", links);
    }

    [Theory]
    [InlineData("", "We have no article on this yet.")]
    [InlineData("/es", "Todavía no tenemos un artículo sobre esto.")]
    public async Task Articles_OnAnAreaWithoutAny_NameItsPageTheFormAndThePhone(string language, string words)
    {
        using var site = new Site();
        using var browser = site.Open();

        var notice = (await browser.GetAsync(language + "/articles?area=arm-hand")).Page.QuerySelector("main .notice")!;

        Assert.Contains(words, Answer.Words(notice), StringComparison.Ordinal);
        Assert.Equal(
            [
                $"{language}/areas/arm-hand", $"{language}/articles", $"{language}/request-appointment?area=arm-hand",
                PublicPages.Content.Site.Contact.Phone.Link,
            ],
            notice.QuerySelectorAll("a").Select(link => link.GetAttribute("href")));
    }

    /// <summary>Tables, words and lists of sizes that the page layout was not designed for.</summary>
    [Fact]
    public async Task Article_WithNineColumnsALongWordAndNoQuestions_IsAPage()
    {
        using var copy = new ContentCopy();
        var questions = copy.Read("articles/shin-splints.md");
        var start = questions.IndexOf("faq:\n", StringComparison.Ordinal);
        copy.Write("articles/shin-splints.md", questions[..start] + questions[questions.IndexOf("sources:\n", StringComparison.Ordinal)..]);
        copy.Append(
            "articles/shin-splints.md",
            $"## {new string('w', 60)}\n\n"
            + "| a | b | c | d | e | f | g | h | i |\n"
            + "|---|---|---|---|---|---|---|---|---|\n"
            + "| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 |\n"
            + "| 1 | 2 |");
        using var site = new Site { Settings = { ["Content:Folder"] = copy.Folder } };
        using var browser = site.Open();

        var answer = await browser.GetAsync("/articles/shin-splints");

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status);
        var table = answer.Page.QuerySelectorAll("table")[^1];
        Assert.Equal(["2", "3", "4", "5", "6", "7", "8", "9"], table.QuerySelectorAll("tbody tr:first-child td").Select(Answer.Words));
        Assert.StartsWith("Table ", table.ParentElement!.GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.Null(answer.Page.QuerySelector("#section-questions"));
        Assert.DoesNotContain("FAQPage", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Article_HasItsSignsAfterTheIntroductionAndItsPicturesAsFigures()
    {
        using var copy = new ContentCopy();
        copy.Append(
            "articles/shin-splints.md",
            "![Heel raise: 1, stand. 2, rise.](/images/heel-raise.svg \"Heel raise: 3 sets of 12. You feel it in the calf.\")");
        using var site = new Site { Settings = { ["Content:Folder"] = copy.Folder } };
        using var browser = site.Open();

        var article = (await browser.GetAsync("/articles/shin-splints")).Page.QuerySelector("article")!;

        var order = article.Children.Where(child => child.Matches("p, h2, section.care-card"))
            .Select(child => child.GetAttribute("id") ?? child.GetAttribute("aria-labelledby") ?? child.LocalName).ToList();
        var signs = order.IndexOf("section-care");
        Assert.Equal("p", order[signs - 1]);
        Assert.Equal(["care-emergency", "care-today", "care-soon", "what-they-are"], order.Skip(signs + 1).Take(4));
        Assert.True(order.IndexOf("care-therapist") > order.IndexOf("how-a-physical-therapist-helps"));
        Assert.All(article.QuerySelectorAll("img"), picture => Assert.Equal("640", picture.GetAttribute("width")));
        Assert.Equal(6, article.QuerySelectorAll(".figures figcaption ol").Length);
        var figure = article.QuerySelectorAll(".figures figure")[^1];
        Assert.Equal("Heel raise", figure.QuerySelector("figcaption strong")?.TextContent);
        Assert.EndsWith("3 sets of 12. You feel it in the calf.", Answer.Words(figure), StringComparison.Ordinal);
        Assert.Null(figure.QuerySelector("img")!.GetAttribute("title"));
    }
}
