using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace PhysioSite.Tests.Features.Careers;

public sealed class CareersPagesTests(Site site) : IClassFixture<Site>, IDisposable
{
    private readonly Browser _browser = site.Open();

    public void Dispose() => _browser.Dispose();

    [Theory]
    [MemberData(nameof(PublicPages.All), MemberType = typeof(PublicPages))]
    public async Task Banner_OnEveryPage_CountsTheOpenPositions(string path)
    {
        var open = PublicPages.Content.OpenPositions(TestClock.Tuesday.UtcDateTime).Count;

        var banner = (await _browser.GetAsync(path)).Page.QuerySelector(".careers-line a[href$='/careers']");

        if (path.EndsWith("/request-appointment", StringComparison.Ordinal))
        {
            Assert.Null(banner);
            return;
        }

        var isSpanish = path.StartsWith("/es/", StringComparison.Ordinal);
        Assert.Equal(isSpanish ? "/es/careers" : "/careers", banner?.GetAttribute("href"));
        Assert.StartsWith(isSpanish ? $"{open} puestos" : $"{open} open positions", banner!.TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Banner_AsPositionsClose_CountsDownSaysOneAndDisappears()
    {
        using var later = new Site();
        using var browser = later.Open();

        // 30 minutes before and after midnight on the position's last day, in the Madison time zone, which virtual care uses.
        later.Clock.Set(new DateTimeOffset(2027, 11, 1, 4, 30, 0, TimeSpan.Zero));
        var two = await browser.GetAsync("/");
        later.Clock.Set(new DateTimeOffset(2027, 11, 1, 5, 30, 0, TimeSpan.Zero));
        var one = await browser.GetAsync("/");
        later.Clock.Set(new DateTimeOffset(2031, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var none = await browser.GetAsync("/");
        var list = await browser.GetAsync("/careers");

        Assert.StartsWith("2 open positions,", Banner(two), StringComparison.Ordinal);
        Assert.StartsWith("1 open position,", Banner(one), StringComparison.Ordinal);
        Assert.Null(Banner(none));
        Assert.DoesNotContain("Work with us", none.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, list.Status);
        Assert.Contains("We have no open position at the moment.", list.Main, StringComparison.Ordinal);
        Assert.Null(list.Page.QuerySelector("main form"));
        Assert.NotNull(list.Page.QuerySelector("main a[href^='tel:']"));
        var closed = await browser.GetAsync("/careers/physical-therapist-madison");
        Assert.Equal(HttpStatusCode.Gone, closed.Status);
        Assert.Contains("We have no open position at the moment.", closed.Main, StringComparison.Ordinal);
        Assert.Equal(["h1"], closed.Page.QuerySelectorAll("main :is(h1, h2, h3)").Select(heading => heading.LocalName));
        Assert.Contains("careers@cedarandstride.example", list.Main, StringComparison.Ordinal);

        static string? Banner(Answer answer) => answer.Page.QuerySelector(".careers-line a")?.TextContent.Trim();
    }

    [Fact]
    public async Task Position_SaysWhatIsExpectedWhoSupervisesAndWhoReads()
    {
        var page = await _browser.GetAsync("/careers/physical-therapist-madison");

        var facts = page.Page.QuerySelectorAll("main dl.facts > div").ToDictionary(
            fact => Answer.Words(fact.QuerySelector("dt")!), fact => Answer.Words(fact.QuerySelector("dd")!));
        Assert.StartsWith("Eight to ten visits on a full day", facts["Productivity expectation"], StringComparison.Ordinal);
        Assert.StartsWith("Daniel Okafor", facts["Supervision"], StringComparison.Ordinal);
        Assert.StartsWith("One paid hour", facts["Time for documentation"], StringComparison.Ordinal);
        Assert.Contains("Daniel Okafor and one therapist of the clinic read every application.", page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Position_InSpanish_HasSpanishLabelsAndItsTextsMarkedAsEnglish()
    {
        var position = PublicPages.Content.FindPosition("physical-therapist-virtual-care")!;

        var page = (await _browser.GetAsync("/es/careers/physical-therapist-virtual-care")).Page;

        var main = page.QuerySelector("main")!;
        Assert.Contains("Atención virtual", Answer.Words(main), StringComparison.Ordinal);
        Assert.Equal("en", main.QuerySelector("h1")!.GetAttribute("lang"));
        Assert.Equal(
            [position.Schedule, position.Productivity, position.Supervision, position.DocumentationTime],
            main.QuerySelectorAll("dd[lang=en]").Select(Answer.Words));
        Assert.Contains("Contratamos a personas de todos los orígenes", Answer.Words(main), StringComparison.Ordinal);
        Assert.DoesNotContain("JobPosting", page.Head!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, (await _browser.GetAsync($"/es/careers/{PublicPages.Closed.Slug}")).Status);
    }

    [Fact]
    public async Task List_WithAnUnknownZip_InSpanish_SaysSoInSpanish()
    {
        var answer = await _browser.GetAsync("/es/careers?zip=00000");

        Assert.Contains("Escriba un código postal", answer.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WithoutFilter_ShowsEveryOpenPositionAndNoClosedOne()
    {
        var shown = await ShownAsync("/careers");

        Assert.Equal(
            PublicPages.Content.OpenPositions(TestClock.Tuesday.UtcDateTime).Select(position => position.Slug),
            shown);
        Assert.DoesNotContain(PublicPages.Closed.Slug, shown);
    }

    [Theory]
    [InlineData("clinic=oakland", "physical-therapist-oakland")]
    [InlineData("type=new-graduate", "new-graduate-physical-therapist-phoenix")]
    [InlineData("type=per-diem", "physical-therapist-per-diem-boston")]
    [InlineData("clinic=oakland&type=part-time", "")]
    [InlineData("type=part-time&zip=94612&within=25", "front-desk-alameda physical-therapist-assistant-berkeley")]
    [InlineData(
        "zip=94612&within=10",
        "physical-therapist-oakland front-desk-alameda physical-therapist-assistant-berkeley physical-therapist-virtual-care")]
    [InlineData("zip=53703&within=50", "physical-therapist-madison physical-therapist-virtual-care")]
    [InlineData("clinic=&type=&zip=02116&within=10", "physical-therapist-per-diem-boston physical-therapist-virtual-care")]
    public async Task List_WithFilters_ShowsWhatFitsNearestFirst(string query, string expected)
    {
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), await ShownAsync($"/careers?{query}"));
    }

    [Fact]
    public async Task Filters_SentAsAForm_AreInTheAddressAndKeptInTheForm()
    {
        var form = (await _browser.GetAsync("/careers")).Page.QuerySelector<IHtmlFormElement>("main form")!;
        var typed = new Dictionary<string, string?>
        {
            ["clinic"] = "",
            ["type"] = "full-time",
            ["zip"] = "53703",
            ["within"] = "50",
        };
        var query = string.Join('&', Browser.Filled(form, typed).Select(field => $"{field.Key}={field.Value}"));

        Assert.Equal("get", form.Method);
        var page = (await _browser.GetAsync($"{form.GetAttribute("action")}?{query}")).Page;

        Assert.Equal("full-time", page.QuerySelector<IHtmlSelectElement>("#type")!.Value);
        Assert.Equal("53703", page.QuerySelector<IHtmlInputElement>("#zip")!.Value);
        Assert.Equal("50", page.QuerySelector<IHtmlSelectElement>("#within")!.Value);
        Assert.Equal("Filter: Full-time, within 50 miles of 53703", page.QuerySelector(".filter summary")!.TextContent);
        Assert.Contains("2 positions for your search", page.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clinic=atlantis&type=volunteer&within=7")]
    [InlineData("within=50")]
    public async Task List_WithUnknownFilters_IgnoresThem(string query)
    {
        Assert.Equal(await ShownAsync("/careers"), await ShownAsync($"/careers?{query}"));
    }

    [Theory]
    [InlineData("00000")]
    [InlineData("oak")]
    public async Task List_WithAWrongZip_SaysSoAndStillShowsPositions(string zip)
    {
        var answer = await _browser.GetAsync($"/careers?zip={zip}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("Error:", answer.Page.Title, StringComparison.Ordinal);
        Assert.Equal("zip-error", answer.Page.QuerySelector("#zip")?.GetAttribute("aria-describedby"));
        Assert.Contains("ZIP code", answer.Page.QuerySelector("#zip-error")?.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(answer.Page.QuerySelectorAll("main li a[href^='/careers/']"));
    }

    [Fact]
    public async Task List_WithZipPlusFour_TakesItsFiveDigits()
    {
        Assert.Equal(await ShownAsync("/careers?zip=94612&within=10"), await ShownAsync("/careers?zip=94612-1234&within=10"));
    }

    [Fact]
    public async Task Position_BeforeItIsPosted_IsNotThereYet()
    {
        using var earlier = new Site();
        using var browser = earlier.Open();
        // The position is posted on November 16. In the clinic's time zone it is still November 15.
        earlier.Clock.Set(new DateTimeOffset(2026, 11, 15, 20, 0, 0, TimeSpan.Zero));

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/careers/physical-therapist-virtual-care")).Status);
        Assert.DoesNotContain("physical-therapist-virtual-care", (await browser.GetAsync("/sitemap.xml")).Text, StringComparison.Ordinal);
    }

    private async Task<List<string>> ShownAsync(string address)
    {
        var answer = await _browser.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var links = answer.Page.QuerySelectorAll("main li h2 a[href^='/careers/']");
        return [.. links.Select(link => link.GetAttribute("href")!["/careers/".Length..])];
    }
}
