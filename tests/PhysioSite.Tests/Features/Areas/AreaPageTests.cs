using System.Net;
using PhysioSite.Content.Reading;
using PhysioSite.Tests.Content;

namespace PhysioSite.Tests.Features.Areas;

public sealed class AreaPageTests(Site site) : IClassFixture<Site>
{
    private const string Back = "areas/back.md";

    public static TheoryData<string> Ids { get; } = [.. PublicPages.Content.Site.BodyAreas.Select(area => area.Id)];

    /// <summary>A page exists for each area of the form, in both languages, and helps without an article.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Page_OfEachArea_SaysWhenToWorryAndWhatToDo(string id)
    {
        using var browser = site.Open();

        foreach (var language in new[] { "", "/es" })
        {
            var page = (await browser.GetAsync($"{language}/areas/{id}")).Page;

            var main = page.QuerySelector("main")!;
            Assert.NotNull(main.QuerySelector("#care-emergency"));
            Assert.NotNull(main.QuerySelector("#care-today"));
            Assert.NotNull(main.QuerySelector("#care-therapist"));
            Assert.True(main.QuerySelectorAll("table tbody tr").Length >= 4, "The table of what it may be is short.");
            Assert.Equal(2, main.QuerySelectorAll(".figures figcaption ol").Length);
            Assert.Equal(2, main.QuerySelectorAll(".figures img[alt]:not([alt=''])").Length);
            Assert.NotEmpty(main.QuerySelectorAll(".people a"));
            Assert.Contains(main.QuerySelectorAll("a.button"), link =>
                link.GetAttribute("href") == $"{language}/request-appointment?area={id}");
        }
    }

    [Fact]
    public async Task Page_ListsArticlesAndTherapistsOfTheArea()
    {
        using var browser = site.Open();

        var shin = (await browser.GetAsync("/areas/shin")).Page;
        var hand = (await browser.GetAsync("/areas/arm-hand")).Page;

        Assert.Contains("/articles/shin-splints", shin.QuerySelectorAll(".cards a").Select(link => link.GetAttribute("href")));
        Assert.Contains("Grace Liu, PT, DPT, CHT", hand.QuerySelectorAll(".people a").Select(Answer.Words));
        Assert.DoesNotContain("Daniel Okafor, PT, DPT, SCS", hand.QuerySelectorAll(".people a").Select(Answer.Words));
        Assert.DoesNotContain("Articles about this", Answer.Words(hand.QuerySelector("main")!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/areas/head", HttpStatusCode.NotFound)]
    [InlineData("/areas", HttpStatusCode.NotFound)]
    public async Task Page_OfNoArea_IsNotFound(string path, HttpStatusCode status)
    {
        using var browser = site.Open();

        Assert.Equal(status, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Search_ForAnAreaWithoutAnArticle_FindsItsPage()
    {
        using var browser = site.Open();

        var found = (await browser.GetAsync("/search?q=carpal+tunnel")).Page.QuerySelectorAll("main a");

        Assert.Contains("/areas/arm-hand", found.Select(link => link.GetAttribute("href")));
    }

    [Theory]
    [InlineData("careCards: back", "careCards: backs", "\"careCards\" is \"backs\"")]
    [InlineData("reviewedBy: daniel-okafor", "reviewedBy: nobody", "\"reviewedBy\" is \"nobody\"")]
    [InlineData("nextReview: 2027-11-26", "nextReview: 2029-11-26", "by two years at most")]
    [InlineData("  bird-dog: ", "  bird-cat: ", "There is no exercise \"bird-cat\" in exercises.yml.")]
    [InlineData("  hip-hinge: \"2 sets of 10, every day. Without weight at first.\"\n", "", "has 2 exercises; this one has 1")]
    [InlineData("Keep moving. In one trial", "Keep moving. In 60 percent. In one trial", "percentage")]
    public void File_WithAMistake_IsReported(string right, string wrong, string says)
    {
        using var copy = new ContentCopy();
        copy.Replace(Back, right, wrong);

        var problems = ContentReader.Read(ContentTexts.Load(copy.Folder)).Problems;

        Assert.Contains(problems, problem => problem.File == Back && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void File_NamedAfterNoArea_IsReported()
    {
        using var copy = new ContentCopy();
        copy.Write("areas/head.md", copy.Read(Back));

        Assert.Contains(
            ContentReader.Read(ContentTexts.Load(copy.Folder)).Problems,
            problem => problem is { File: "areas/head.md" }
                && problem.Message.Contains("There is no body area \"head\"", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Text_InEnglish_ReadsAtSixthGradeOrBelow(string id)
    {
        var grade = ReadingGrade.Of(File.ReadAllText(Path.Combine(Repository.ContentPath, "areas", id + ".md")));

        Assert.True(grade <= 6, $"{id} has grade {grade:0.0}.");
    }
}
