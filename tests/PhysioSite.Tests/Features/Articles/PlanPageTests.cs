using System.Net;

namespace PhysioSite.Tests.Features.Articles;

public sealed class PlanPageTests(Site site) : IClassFixture<Site>
{
    public static TheoryData<string> Slugs { get; } =
        [.. PublicPages.Content.Articles.Where(article => article.Body.Exercises.Count > 0).Select(article => article.Slug)];

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task Plan_OfEachArticleWithExercises_HasThemWithBoxesAndIsLinked(string slug)
    {
        using var browser = site.Open();

        foreach (var content in new[] { PublicPages.Content, PublicPages.Spanish })
        {
            var path = $"{content.Language.Prefix}/articles/{slug}";
            var article = (await browser.GetAsync(path)).Page;
            var plan = await browser.GetAsync(path + "/plan");

            Assert.Equal(path + "/plan", Assert.Single(article.QuerySelectorAll("article .to-plan a")).GetAttribute("href"));
            Assert.EndsWith(path + "/plan", Answer.Words(article.QuerySelector("p.on-paper")!), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, plan.Status);
            var exercises = plan.Page.QuerySelectorAll(".plan-exercise");
            var expected = content.FindArticle(slug)!.Body.Exercises;
            Assert.Equal(
                expected.Select(advised => advised.Exercise.Name),
                exercises.Select(exercise => exercise.QuerySelector("h2")!.TextContent));
            Assert.All(exercises.Zip(expected), pair =>
            {
                var words = Answer.Words(pair.First);
                Assert.Contains(pair.Second.Dose, words, StringComparison.Ordinal);
                Assert.Contains(pair.Second.Exercise.Tempo, words, StringComparison.Ordinal);
                Assert.Contains(pair.Second.Exercise.Feel, words, StringComparison.Ordinal);
                Assert.All(pair.Second.Exercise.Steps, step => Assert.Contains(step, words, StringComparison.Ordinal));
                Assert.Equal(7, pair.First.QuerySelectorAll(".ticks th").Length);
                Assert.Equal(42, pair.First.QuerySelectorAll(".ticks td").Length);
            });
            Assert.Equal("noindex", plan.Page.QuerySelector("meta[name=robots]")?.GetAttribute("content"));
            Assert.NotNull(plan.Page.QuerySelector("#care-emergency"));
            Assert.False(plan.Response.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task Plan_InSpanish_HasSpanishDaysAndLeadsToTheSamePageInEnglish()
    {
        using var browser = site.Open();

        var page = (await browser.GetAsync("/es/articles/shin-splints/plan")).Page;

        Assert.Equal("/articles/shin-splints/plan", page.QuerySelector(".languages a")!.GetAttribute("href"));
        Assert.NotEqual("S", page.QuerySelector(".ticks th")!.TextContent[..1]);
        Assert.StartsWith("Mi plan: ", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/articles/shin-splints-or-stress-fracture/plan")]
    [InlineData("/articles/nothing/plan")]
    public async Task Plan_WithoutExercises_IsNotFound(string path)
    {
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Plan_OfARenamedArticle_IsRedirected()
    {
        using var copy = new ContentCopy();
        copy.Replace("articles/shin-splints.md", "careCards: shin", "aliases: [sore-shins]\ncareCards: shin");
        using var renamed = new Site { Settings = { ["Content:Folder"] = copy.Folder } };
        using var browser = renamed.Open();

        var answer = await browser.GetAsync("/es/articles/sore-shins/plan");

        Assert.Equal(HttpStatusCode.MovedPermanently, answer.Status);
        Assert.Equal("/es/articles/shin-splints/plan", answer.Response.Headers.Location?.ToString());
    }
}
