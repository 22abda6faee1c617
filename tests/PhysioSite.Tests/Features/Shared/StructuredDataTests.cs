using System.Globalization;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;

namespace PhysioSite.Tests.Features.Shared;

/// <summary>The structured data of a page matches its visible text.</summary>
public sealed class StructuredDataTests(Site site) : IClassFixture<Site>, IDisposable
{
    private const string Origin = "https://www.physiosite.example";

    private readonly Browser _browser = site.Open();

    public static TheoryData<string> Articles =>
        [.. PublicPages.Paths.Where(path => path.Contains("/articles/", StringComparison.Ordinal))];

    public static TheoryData<string> Clinics =>
    [
        .. PublicPages.Paths.Where(path => path.Contains("/clinics/", StringComparison.Ordinal)
            && !path.EndsWith("virtual-care", StringComparison.Ordinal)),
    ];

    public static TheoryData<string> Positions =>
        [.. PublicPages.Paths.Where(path => path.StartsWith("/careers/", StringComparison.Ordinal))];

    public void Dispose() => _browser.Dispose();

    [Theory]
    [MemberData(nameof(PublicPages.All), MemberType = typeof(PublicPages))]
    public async Task Page_OfThePublic_SaysToSharersWhatItSaysToSearchEngines(string path)
    {
        var page = (await _browser.GetAsync(path)).Page;

        Assert.Equal(Origin + path, Meta(page, "og:url"));
        Assert.Equal(page.QuerySelector("meta[name=description]")!.GetAttribute("content"), Meta(page, "og:description"));
        Assert.Contains(Meta(page, "og:title"), page.Title!, StringComparison.Ordinal);
        Assert.Equal(path.StartsWith("/es/", StringComparison.Ordinal) ? "es_US" : "en_US", Meta(page, "og:locale"));
        var image = await _browser.GetAsync(Meta(page, "og:image")[Origin.Length..]);
        Assert.Equal("image/png", image.Response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [MemberData(nameof(PublicPages.All), MemberType = typeof(PublicPages))]
    public async Task Breadcrumbs_OfAPage_AreTheVisibleOnes(string path)
    {
        var answer = await _browser.GetAsync(path);
        var visible = answer.Page.QuerySelectorAll(".crumbs a")
            .Select(link => (link.TextContent, (string?)(Origin + link.GetAttribute("href"))))
            .ToList();

        var data = Graph(answer).Where(node => Type(node) == "BreadcrumbList")
            .SelectMany(list => list["itemListElement"]!.AsArray())
            .Select(item => ((string)item!["name"]!, (string?)item["item"]))
            .ToList();

        // The last breadcrumb is the page itself, as text. The data has it when the page is directly below the home page.
        var current = answer.Page.QuerySelector(".crumbs [aria-current=page]")?.TextContent;
        Assert.Equal(visible, data.Take(visible.Count));
        Assert.All(data.Skip(visible.Count), item => Assert.Equal((current, Origin + path.Split('?')[0]), item));
        Assert.True(data.Count <= visible.Count + 1);
        Assert.Equal(path is "/" or "/es/", data.Count == 0);
    }

    [Theory]
    [MemberData(nameof(Articles))]
    public async Task Article_InData_IsTheVisibleOne(string path)
    {
        var answer = await _browser.GetAsync(path);
        var page = Node(answer, "MedicalWebPage");
        var post = Node(answer, "BlogPosting");
        var dates = answer.Page.QuerySelectorAll("article > .byline time").Select(time => time.GetAttribute("datetime")).ToList();

        Assert.Equal(answer.Page.QuerySelector("h1")!.TextContent, (string?)post["headline"]);
        Assert.Equal((string?)post["headline"], (string?)page["name"]);
        Assert.Equal(answer.Page.QuerySelector(".lead")!.TextContent, (string?)post["description"]);
        Assert.Equal(Origin + path, (string?)post["mainEntityOfPage"]);
        Assert.Equal(dates[0], (string?)page["lastReviewed"]);
        Assert.Contains((string)post["author"]!["name"]!, answer.Main, StringComparison.Ordinal);
        Assert.Contains((string)page["reviewedBy"]!["name"]!, answer.Main, StringComparison.Ordinal);
        Assert.NotEqual((string)post["author"]!["name"]!, (string)page["reviewedBy"]!["name"]!);
        Assert.True(string.CompareOrdinal((string)post["datePublished"]!, (string)post["dateModified"]!) <= 0);
        Assert.Equal(
            PublicPages.Content.FindArticle(path.Split('/')[^1])!.Conditions.Select(_ => "MedicalCondition"),
            page["about"]?.AsArray().Select(condition => (string)condition!["@type"]!) ?? []);

        var questions = Node(answer, "FAQPage")["mainEntity"]!.AsArray();
        Assert.Equal(
            answer.Page.QuerySelectorAll("#section-questions ~ details > summary").Select(summary => summary.TextContent),
            questions.Select(question => (string)question!["name"]!));
        Assert.Equal(
            answer.Page.QuerySelectorAll("#section-questions ~ details").Select(details => Answer.Words(details)
                .Replace(details.QuerySelector("summary")!.TextContent, "", StringComparison.Ordinal)
                .Trim()),
            questions.Select(question => Answer.Words(
                new AngleSharp.Html.Parser.HtmlParser().ParseDocument((string)question!["acceptedAnswer"]!["text"]!).Body!)));
    }

    [Theory]
    [MemberData(nameof(Clinics))]
    public async Task Clinic_InData_IsTheVisibleOne(string path)
    {
        var answer = await _browser.GetAsync(path);
        var clinic = Node(answer, "MedicalClinic");

        Assert.EndsWith(answer.Page.QuerySelector("h1")!.TextContent, (string?)clinic["name"], StringComparison.Ordinal);
        Assert.Equal("tel:" + (string?)clinic["telephone"], answer.Page.QuerySelector("main .actions a[href^=tel]")!.GetAttribute("href"));
        var address = Answer.Words(answer.Page.QuerySelector("main address")!);
        Assert.Contains((string)clinic["address"]!["streetAddress"]!, address, StringComparison.Ordinal);
        Assert.Contains((string)clinic["address"]!["postalCode"]!, address, StringComparison.Ordinal);
        Assert.Equal("https://schema.org/Physiotherapy", (string?)clinic["medicalSpecialty"]);
        Assert.InRange((double)clinic["geo"]!["latitude"]!, 20, 50);

        // The structured data has the same number of opening periods as the table of hours.
        var conjunction = path.StartsWith("/es/", StringComparison.Ordinal) ? " y " : " and ";
        var shown = answer.Page.QuerySelectorAll(".hours td")
            .Select(cell => Answer.Words(cell).Split('(', ',')[0])
            .Sum(words => words.StartsWith("closed", StringComparison.Ordinal) || words.StartsWith("cerrado", StringComparison.Ordinal)
                ? 0
                : 1 + words.Split(conjunction).Length - 1);
        Assert.Equal(shown, clinic["openingHoursSpecification"]!.AsArray().Count);
        Assert.All(clinic["specialOpeningHoursSpecification"]!.AsArray(), special => Assert.Equal(
            Time(special!["validFrom"]).AddDays(1).AddSeconds(-1), Time(special["validThrough"])));

        static DateTimeOffset Time(JsonNode? text) =>
            DateTimeOffset.ParseExact((string)text!, "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Clinic_InData_HasTheSpecialHoursOfTodayAndLaterDaysUntilTheEndOfTheDayThere()
    {
        const string today = "2026-11-27T23:59:59-08:00";
        using var own = new Site();
        using var browser = own.Open();
        Assert.Contains(today, await DaysAsync());

        own.Clock.Set(new DateTimeOffset(2026, 11, 27, 20, 0, 0, TimeSpan.Zero));
        Assert.Contains(today, await DaysAsync());

        own.Clock.Set(new DateTimeOffset(2026, 11, 28, 20, 0, 0, TimeSpan.Zero));
        Assert.DoesNotContain(today, await DaysAsync());
        Assert.Contains("2026-12-24T23:59:59-08:00", await DaysAsync());

        async Task<List<string>> DaysAsync() =>
            [
                .. Node(await browser.GetAsync("/clinics/orinda"), "MedicalClinic")["specialOpeningHoursSpecification"]!.AsArray()
                    .Select(day => (string)day!["validThrough"]!),
            ];
    }

    [Fact]
    public async Task Therapist_InData_WorksAtClinicsWithTheirAddress()
    {
        var page = Node(await _browser.GetAsync("/therapists/daniel-okafor"), "ProfilePage");

        Assert.Equal("Madison", (string?)page["mainEntity"]!["worksFor"]![0]!["address"]!["addressLocality"]);
    }

    [Theory]
    [MemberData(nameof(Positions))]
    public async Task Position_InData_IsTheVisibleOne(string path)
    {
        var answer = await _browser.GetAsync(path);
        var position = Node(answer, "JobPosting");

        Assert.Equal(answer.Page.QuerySelector("h1")!.TextContent, (string?)position["title"]);
        Assert.Equal(answer.Page.QuerySelector("main time")!.GetAttribute("datetime"), (string?)position["datePosted"]);
        if (position["jobLocation"] is null)
        {
            // The page and the data name the states where the therapist may live.
            Assert.Equal("TELECOMMUTE", (string?)position["jobLocationType"]);
            var states = position["applicantLocationRequirements"]!.AsArray().Select(state => (string)state!["name"]!).ToList();
            Assert.Equal(10, states.Count);
            Assert.Contains(
                "In one of these states: " + string.Join(", ", states.Select(name => name[..^", USA".Length])),
                answer.Main,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Position_ThatIsClosed_IsNotInData()
    {
        var answer = await _browser.GetAsync($"/careers/{PublicPages.Closed.Slug}");

        Assert.DoesNotContain("application/ld+json", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/es/")]
    public async Task Home_InData_IsTheGroup(string path)
    {
        var answer = await _browser.GetAsync(path);
        var group = Node(answer, "MedicalOrganization");

        Assert.Equal(PublicPages.Content.Site.Name, (string?)group["name"]);
        Assert.Equal($"tel:{group["telephone"]}", answer.Page.QuerySelector("header a[href^=tel]")!.GetAttribute("href"));
    }

    private static string Meta(IHtmlDocument page, string property) =>
        page.QuerySelector($"meta[property='{property}']")!.GetAttribute("content")!;

    private static JsonNode Node(Answer answer, string type) => Assert.Single(Graph(answer), node => Type(node) == type);

    private static string? Type(JsonNode node) => (string?)node["@type"];

    private static IReadOnlyList<JsonNode> Graph(Answer answer)
    {
        var script = Assert.Single(answer.Page.QuerySelectorAll("script[type='application/ld+json']"));
        return [.. JsonNode.Parse(script.TextContent)!["@graph"]!.AsArray().Select(node => node!)];
    }
}
