using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace PhysioSite.Tests.Features.Search;

public sealed class SearchTests(Site site) : IClassFixture<Site>, IDisposable
{
    private readonly Browser _browser = site.Open();

    public void Dispose() => _browser.Dispose();

    [Theory]
    [InlineData("shin splints or stress fracture", "/articles/shin-splints-or-stress-fracture")]
    [InlineData("Bridge with steps", "/articles/calf-and-hamstring-strain")]
    [InlineData("compression sleeves", "/articles/shin-splints")]
    [InlineData("X-RAY", "/articles/shin-splints-or-stress-fracture")]
    [InlineData("shin spl", "/articles/shin-splints")]
    [InlineData("mtss", "/articles/shin-splints")]
    [InlineData("medial tibial stress syndrome", "/articles/shin-splints")]
    [InlineData("DOMS", "/articles/sore-legs-after-running")]
    [InlineData("What is DOMS?", "/articles/sore-legs-after-running")]
    [InlineData("pulled muscles", "/articles/lower-leg-pain-after-running")]
    [InlineData("I twisted my ankle", "/articles/ankle-pain-from-running")]
    [InlineData("telehealth", "/clinics/virtual-care")]
    [InlineData("oakland", "/clinics/oakland")]
    [InlineData("94612", "/clinics/oakland")]
    [InlineData("946121234", "/clinics/oakland")]
    [InlineData("Alder Wharf", "/clinics/oakland")]
    [InlineData("Portland OR", "/clinics/portland")]
    [InlineData("WI", "/clinics/madison")]
    [InlineData("Lindqvist", "/clinics/denver")]
    [InlineData("Lindqvist", "/therapists/hannah-lindqvist")]
    [InlineData("sciatica", "/areas/back")]
    [InlineData("IASTM", "/articles/ankle-pain-from-running")]
    [InlineData("physical therapist oakland jobs", "/careers/physical-therapist-oakland")]
    [InlineData("receptionist", "/careers/front-desk-alameda")]
    [InlineData("career physical therapist madison", "/careers/physical-therapist-madison")]
    public async Task Search_OfWordsOnAPage_FindsIt(string text, string path)
    {
        Assert.Contains(path, (await FoundAsync(text)).Take(5));
    }

    /// <summary>The notations of the form, the finder and the careers.</summary>
    [Theory]
    [InlineData("", "53703")]
    [InlineData("", "53703-1234")]
    [InlineData("/es", "537031234")]
    [InlineData("", " 53703 1234 ")]
    public async Task Search_OfAZipCode_LeadsToTheClinicsNearIt(string language, string zip)
    {
        var answer = await _browser.GetAsync($"{language}/search?q={Uri.EscapeDataString(zip)}");

        Assert.NotNull(answer.Page.QuerySelector($"main a[href='{language}/clinics?zip=53703']"));
    }

    [Theory]
    [InlineData("shin splints", "/articles/shin-splints")]
    [InlineData("why legs hurt after running", "/articles/why-legs-hurt-after-running")]
    [InlineData("sore legs", "/articles/sore-legs-after-running")]
    [InlineData("Madison", "/clinics/madison")]
    [InlineData("virtual care", "/clinics/virtual-care")]
    public async Task Search_OfATitle_PutsItsPageFirst(string text, string path)
    {
        Assert.Equal(path, (await FoundAsync(text))[0]);
    }

    [Theory]
    [InlineData("runs", "running")]
    [InlineData("Exercises", "exercise")]
    [InlineData("FRACTURES", "fracture")]
    [InlineData("Andrés Figueroa", "andres figueroa")]
    public async Task Search_OfAnotherFormOfAWord_FindsTheSame(string text, string other)
    {
        var found = await FoundAsync(text);

        Assert.NotEmpty(found);
        Assert.Equal(found, await FoundAsync(other));
    }

    [Fact]
    public async Task Search_OfAWordWhoseStemBeginsAnother_DoesNotFindTheOther()
    {
        var answer = await AnswerAsync("aches");

        var marks = answer.Page.QuerySelectorAll("main mark");
        Assert.NotEmpty(marks);
        Assert.DoesNotContain(marks, mark => mark.TextContent.StartsWith("achil", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Search_FindsEachKind_AndSaysWhichAndHowMany()
    {
        var answer = await AnswerAsync("Oakland");
        var results = answer.Page.QuerySelectorAll("main ol > li");

        Assert.Equal($"{results.Length} results for “Oakland”.", Answer.Words(answer.Page.QuerySelector("main [role=status]")!));
        Assert.Equal(
            ["Clinic", "Open position", "Physical therapist"],
            results.Select(result => result.QuerySelector("p")!.TextContent).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains("Article", (await AnswerAsync("shin splints")).Main, StringComparison.Ordinal);
        Assert.All(results, result => Assert.NotEmpty(result.QuerySelectorAll("mark")));
        Assert.All(results, result => Assert.Null(result.QuerySelector("a")!.GetAttribute("lang")));
    }

    [Fact]
    public async Task Search_OfAWordOfManyPages_ShowsTwentyAndSaysThereAreMore()
    {
        var answer = await AnswerAsync("running");

        Assert.Equal(20, answer.Page.QuerySelectorAll("main ol > li").Length);
        Assert.Equal(
            "More than 20 results for “running”. These match best.", Answer.Words(answer.Page.QuerySelector("main [role=status]")!));
    }

    [Fact]
    public async Task Search_WhereNoPageHasAllWords_FindsSomeAndSaysSo()
    {
        var answer = await AnswerAsync("zebra shin splints");

        Assert.Equal("/articles/shin-splints", Paths(answer)[0]);
        Assert.Contains(
            "No page has all of these words. These pages have some of them.",
            answer.Page.QuerySelector("main [role=status]")!.TextContent,
            StringComparison.Ordinal);
        Assert.DoesNotContain("No page has all", (await AnswerAsync("shin splints")).Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "/articles?area=", "No results for “xyzzy”.")]
    [InlineData("/es", "/es/articles?area=", "xyzzy")]
    public async Task Search_OfNothingWeHave_OffersBodyAreasAndThePhone(string prefix, string areas, string says)
    {
        var answer = await AnswerAsync("xyzzy", prefix);
        var links = answer.Page.QuerySelectorAll("main .chips a").Select(link => link.GetAttribute("href")!).ToList();

        Assert.Contains(says, answer.Page.QuerySelector("main [role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(answer.Page.QuerySelectorAll("main ol"));
        Assert.Contains(areas + "shin", links);
        Assert.All(links, link => Assert.StartsWith(areas, link, StringComparison.Ordinal));
        Assert.Equal(PublicPages.Content.Site.Contact.Phone.Link, answer.Page.QuerySelector("main a[href^='tel:']")?.GetAttribute("href"));
        Assert.NotNull(answer.Page.QuerySelector($"main a.button[href='{prefix}/request-appointment']"));
        foreach (var link in links)
        {
            Assert.NotEmpty((await _browser.GetAsync(link)).Page.QuerySelectorAll("main .cards a"));
        }
    }

    [Theory]
    [InlineData("/search")]
    [InlineData("/search?q=")]
    [InlineData("/search?q=%20%09%00")]
    [InlineData("/es/search")]
    public async Task Search_OfNothing_ShowsTheFormAndWhatCanBeFound(string address)
    {
        var answer = await _browser.GetAsync(address);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("", answer.Page.QuerySelector<IHtmlInputElement>("#search-q")!.Value);
        Assert.Null(answer.Page.QuerySelector("main [role=status]"));
        Assert.NotEmpty(answer.Page.QuerySelectorAll("main .chips a"));
    }

    [Fact]
    public async Task Page_KeepsWhatWasTypedAndIsNotForSearchEngines()
    {
        var answer = await AnswerAsync("  shin \"splints\" ");

        Assert.Equal("Search", answer.Page.QuerySelector("h1")!.TextContent);
        Assert.StartsWith("Search: shin \"splints\" - ", answer.Page.Title, StringComparison.Ordinal);
        Assert.Equal("shin \"splints\"", answer.Page.QuerySelector<IHtmlInputElement>("#search-q")!.Value);
        Assert.Equal("noindex", answer.Page.QuerySelector("meta[name=robots]")?.GetAttribute("content"));
        var action = answer.Page.QuerySelector("main form")!.GetAttribute("action");
        Assert.Equal("/search", action);
        Assert.Equal(answer.Page.QuerySelector("header form.search")!.GetAttribute("action"), action);
    }

    [Theory]
    [InlineData("síndrome", "/es/articles/shin-splints")]
    [InlineData("sindrome", "/es/articles/shin-splints")]
    [InlineData("SÍNDROME DE ESTRÉS", "/es/articles/shin-splints")]
    [InlineData("sindrome de estres", "/es/articles/shin-splints")]
    [InlineData("periost", "/es/articles/shin-splints")]
    [InlineData("agujetas", "/es/articles/sore-legs-after-running")]
    [InlineData("fisura", "/es/articles/shin-splints-or-stress-fracture")]
    [InlineData("telemedicina", "/es/clinics/virtual-care")]
    [InlineData("Oakland", "/es/clinics/oakland")]
    [InlineData("94612", "/es/clinics/oakland")]
    public async Task Search_InSpanish_FindsSpanishPagesWithAndWithoutAccents(string text, string path)
    {
        var answer = await AnswerAsync(text, "/es");

        Assert.Equal("es", answer.Page.DocumentElement.GetAttribute("lang"));
        Assert.Contains(path, Paths(answer).Take(3));
    }

    [Fact]
    public async Task Search_InSpanish_MarksPositionsAsEnglish()
    {
        var links = (await AnswerAsync("Oakland", "/es")).Page.QuerySelectorAll("main ol h2 a");

        Assert.All(links, link => Assert.Matches("^/es/(articles|clinics|therapists|careers)/", link.GetAttribute("href")));
        Assert.All(links, link => Assert.Equal(
            link.GetAttribute("href")!.StartsWith("/es/careers/", StringComparison.Ordinal) ? "en" : null,
            link.GetAttribute("lang")));
        Assert.Contains(links, link => link.GetAttribute("lang") == "en");
    }

    [Fact]
    public async Task Search_OfEnglishAndSpanishInTurn_MixesNothing()
    {
        Assert.Empty(await FoundAsync("periostitis"));
        var (spanish, english) = (await FoundAsync("94612", "/es"), await FoundAsync("94612"));
        Assert.NotEmpty(spanish);
        Assert.NotEmpty(english);
        Assert.All(spanish, path => Assert.Matches("^/es/", path));
        Assert.All(english, path => Assert.DoesNotMatch("^/es/", path));
    }

    [Fact]
    public async Task Search_OfAPosition_FindsItOnlyWhileItIsOpen()
    {
        using var later = new Site();
        using var browser = later.Open();
        const string Address = "/search?q=physical+therapist+oakland";
        const string Path = "/careers/physical-therapist-oakland";

        // Times before and after midnight in Oakland, at the start of the posting day and at the end of the last day.
        foreach (var (utc, isThere) in new[]
        {
            ("2026-11-02T07:30Z", false),
            ("2026-11-02T08:30Z", true),
            ("2027-10-01T06:30Z", true),
            ("2027-10-01T07:30Z", false),
        })
        {
            later.Clock.Set(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture));

            Assert.Equal(isThere, Paths(await browser.GetAsync(Address)).Contains(Path));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/es")]
    public async Task Search_OfAClosedPosition_DoesNotFindIt(string prefix)
    {
        var closed = PublicPages.Closed;

        foreach (var text in new[] { closed.Title, $"{closed.Title}, {closed.Clinic.Name}", closed.Summary })
        {
            Assert.DoesNotContain($"/careers/{closed.Slug}", await FoundAsync(text, prefix));
        }
    }

    private async Task<List<string>> FoundAsync(string text, string prefix = "") => Paths(await AnswerAsync(text, prefix));

    private async Task<Answer> AnswerAsync(string text, string prefix = "")
    {
        var answer = await _browser.GetAsync($"{prefix}/search?q={Uri.EscapeDataString(text)}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer;
    }

    private static List<string> Paths(Answer answer) =>
        [.. answer.Page.QuerySelectorAll("main ol h2 a").Select(link => link.GetAttribute("href")!)];
}
