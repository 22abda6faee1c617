using AngleSharp.Html.Dom;

namespace PhysioSite.Tests.Features;

/// <summary>Pages of a group with more clinics, articles and positions than fit on a page.</summary>
public sealed class LargeGroupTests(LargeGroup group) : IClassFixture<LargeGroup>
{
    [Theory]
    [InlineData("/articles", "/articles/", LargeGroup.Articles)]
    [InlineData("/es/articles", "/es/articles/", LargeGroup.SpanishArticles)]
    [InlineData("/careers", "/careers/", LargeGroup.Positions)]
    [InlineData("/clinics?state=WI", "/clinics/", LargeGroup.ClinicsInWisconsin)]
    public async Task List_ByItsNextLinks_HasEveryItemOnce(string list, string item, int count)
    {
        using var browser = group.Site.Open();
        var (found, titles) = (new List<string>(), new List<string>());
        for (var path = list; path is not null;)
        {
            var page = (await browser.GetAsync(path)).Page;
            titles.Add(page.Title!);
            Assert.EndsWith(path, page.QuerySelector("link[rel=canonical]")!.GetAttribute("href"), StringComparison.Ordinal);
            found.AddRange(page.QuerySelectorAll("main li h2 a").Select(link => link.GetAttribute("href")!));
            path = page.QuerySelector(".pages a[rel=next]")?.GetAttribute("href");
        }

        Assert.Equal(count, found.Count);
        Assert.Equal(count, found.Distinct().Count());
        Assert.All(found, link => Assert.StartsWith(item, link, StringComparison.Ordinal));
        Assert.Equal(titles.Count, titles.Distinct().Count());
        Assert.True(titles.Count > 1 || list.StartsWith("/es", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/articles?page=999", "page=2")]
    [InlineData("/articles?page=0", "articles")]
    [InlineData("/articles?page=x", "articles")]
    [InlineData("/careers?page=-1", "careers")]
    public async Task PageThatDoesNotExist_IsTheNearestOne(string path, string canonical)
    {
        using var browser = group.Site.Open();

        var page = (await browser.GetAsync(path)).Page;

        Assert.EndsWith(canonical, page.QuerySelector("link[rel=canonical]")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll("main li h2 a"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/articles/shin-splints")]
    [InlineData("/es/clinics")]
    public async Task Footer_WithManyClinics_HasTheStates(string path)
    {
        using var browser = group.Site.Open();

        var links = (await browser.GetAsync(path)).Page.QuerySelectorAll("footer a").Select(link => link.GetAttribute("href")!).ToList();

        Assert.Contains(links, link => link.EndsWith("/clinics?state=WI", StringComparison.Ordinal));
        Assert.DoesNotContain(links, link => link.EndsWith("/clinics/madison", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Finder_WithManyClinics_ListsTheNearest()
    {
        using var browser = group.Site.Open();

        var page = (await browser.GetAsync("/clinics?zip=53703")).Page;

        var names = page.QuerySelectorAll(".clinic-list h2 a").ToList();
        Assert.Equal(12, names.Count);
        Assert.Contains(names, name => name.GetAttribute("href") == "/clinics/copy-1");
        Assert.Contains(page.QuerySelectorAll("main nav a"), link => link.GetAttribute("href") == "/clinics?state=WI");
    }

    [Fact]
    public async Task RequestForm_WithManyClinics_OffersTheChosenAndTheNearest()
    {
        using var browser = group.Site.Open();

        var empty = Choices(await browser.GetAsync("/request-appointment"));
        var chosen = Choices(await browser.GetAsync("/request-appointment?clinic=boston"));
        var near = Choices(await browser.GetAsync("/request-appointment?zip=53703"));

        Assert.DoesNotContain("madison", empty);
        Assert.Contains("boston", chosen);
        Assert.Contains("copy-1", near);
        Assert.InRange(near.Count, 10, 13);

        static List<string> Choices(Answer answer) =>
            [.. answer.Page.QuerySelectorAll("select[name=clinic] option").Cast<IHtmlOptionElement>().Select(option => option.Value)];
    }

    [Theory]
    [InlineData("/cost-and-insurance")]
    [InlineData("/running-assessment")]
    [InlineData("/referrals")]
    [InlineData("/careers")]
    public async Task OtherPages_WithManyClinics_DoNotListThem(string path)
    {
        using var browser = group.Site.Open();

        var page = (await browser.GetAsync(path)).Page;

        Assert.True(page.QuerySelectorAll("main a[href^='/clinics/copy-'], main option[value^='copy-']").Length == 0);
    }
}
