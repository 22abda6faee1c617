using System.Net;

namespace PhysioSite.Tests.Features.Clinics;

public sealed class ClinicFinderTests(Site site) : IClassFixture<Site>
{
    private const int EveryClinic = 16;

    [Theory]
    [InlineData("53703")]
    [InlineData("53703-1234")]
    [InlineData("537031234")]
    [InlineData("+53703+1234+")]
    public async Task Finder_NearMadison_ListsAllNearestFirstAndVirtualCareLast(string zip)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync($"/clinics?zip={zip}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("Clinics near Madison, WI 53703", Answer.Words(answer.Page.QuerySelector("h1")!));
        Assert.Equal(
            [
                "Madison", "Chicago", "Atlanta", "Denver", "Boston", "Austin", "Phoenix", "Seattle", "Portland",
                "Walnut Creek", "Orinda", "Berkeley", "Oakland", "Alameda", "San Francisco",
                "Virtual care",
            ],
            Names(answer));
        var items = answer.Page.QuerySelectorAll(".clinic-list > li");
        Assert.Equal(["Madison", "Chicago", "Atlanta"], Names(answer.Page.QuerySelector(".clinic-list")!));
        Assert.Equal("Show all 16 clinics", answer.Page.QuerySelector("details.more summary")?.TextContent);
        Assert.Equal("4", answer.Page.QuerySelector("details.more .clinic-list")?.GetAttribute("start"));
        Assert.Equal("0.2 miles", items[0].QuerySelector(".distance")?.TextContent);
        Assert.Equal("119 miles", items[1].QuerySelector(".distance")?.TextContent);
        Assert.Null(items[^1].QuerySelector(".distance"));
        Assert.Null(answer.Page.QuerySelector("main .notice"));
        var request = items[0].QuerySelector("a[href^='/request-appointment']");
        Assert.Equal("/request-appointment?clinic=madison&zip=53703", request?.GetAttribute("href"));
    }

    [Fact]
    public async Task Finder_WithoutZip_ListsAllByName()
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync("/clinics");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(EveryClinic, Names(answer).Count);
        Assert.Equal(Names(answer).Order(StringComparer.Ordinal), Names(answer));
        Assert.Empty(answer.Page.QuerySelectorAll(".distance, .error"));
    }

    [Fact]
    public async Task Finder_FarInALicensedState_OffersVirtualCareBesideTheList()
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync("/clinics?zip=97801");

        var notice = answer.Page.QuerySelector("main .notice")!;
        Assert.Equal("No clinic within 60 miles of Pendleton, OR 97801", Answer.Words(answer.Page.QuerySelector("h1")!));
        Assert.StartsWith(
            "The nearest clinic is 189 miles away. People in Oregon can see us by video instead: Virtual care.",
            Answer.Words(notice),
            StringComparison.Ordinal);
        Assert.Equal(EveryClinic, Names(answer).Count);

        var form = await browser.GetAsync(notice.QuerySelector("a.button")!.GetAttribute("href")!);
        var sent = await browser.SubmitAsync(form, RequestJourney.Form, [new("name", "Ada Example"), new("phone", "503 555 0142")]);
        var receipt = await browser.GetAsync(sent.Location!);
        Assert.Contains("We sent it to Cedar & Stride Virtual care.", receipt.Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("59601", "Helena, MT 59601", "The nearest clinic is 49")]
    [InlineData("96813", "Honolulu, HI 96813", "The nearest clinic is 2,394 miles away. We cannot see people in Hawaii by video.")]
    [InlineData("10001", "New York, NY 10001", "The nearest clinic is 187 miles away. We cannot see people in New York by video.")]
    public async Task Finder_FarInAStateWithoutALicense_SaysSoFirstAndOffersNoVideo(string zip, string place, string notice)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync($"/clinics?zip={zip}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal($"No clinic within 60 miles of {place}", Answer.Words(answer.Page.QuerySelector("h1")!));
        Assert.StartsWith($"No clinic within 60 miles of {place}", answer.Page.Title, StringComparison.Ordinal);
        Assert.StartsWith(notice, Answer.Words(answer.Page.QuerySelector("main .notice")!), StringComparison.Ordinal);
        Assert.Equal("tel:+16085550100", answer.Page.QuerySelector("main .notice a[href^='tel:']")?.GetAttribute("href"));
        Assert.DoesNotContain("by video.", string.Concat(answer.Page.QuerySelectorAll(".clinic-list").Select(Answer.Words)));
        Assert.Equal(EveryClinic - 1, answer.Page.QuerySelectorAll(".clinic-list a[href^='/request-appointment']").Length);
        var virtualCare = answer.Page.QuerySelectorAll(".clinic-list > li")[^1];
        Assert.EndsWith($"Not available in {place.Split(' ')[^2]}.", Answer.Words(virtualCare), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finder_NearAClinic_HasNoNotice()
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync("/clinics?zip=94947");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Null(answer.Page.QuerySelector("main .notice"));
        Assert.Equal("Virtual care", Names(answer)[^1]);
    }

    [Theory]
    [InlineData("00000", "We do not know the ZIP code 00000.")]
    [InlineData("99999", "We do not know the ZIP code 99999.")]
    [InlineData("5370", "Enter a ZIP code of five digits, like 53703")]
    [InlineData("Madison", "Enter a ZIP code of five digits, like 53703")]
    [InlineData("５３７０３", "Enter a ZIP code of five digits, like 53703")]
    [InlineData("\"><script>alert(1)</script>", "Enter a ZIP code of five digits, like 53703")]
    public async Task Finder_UnknownZip_Returns400WithMessageAndTheList(string zip, string message)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync("/clinics?zip=" + Uri.EscapeDataString(zip));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("Error", answer.Page.Title, StringComparison.Ordinal);
        var input = answer.Page.QuerySelector("#zip")!;
        Assert.Equal(
            (zip, "true", "zip-error"),
            (input.GetAttribute("value"), input.GetAttribute("aria-invalid"), input.GetAttribute("aria-describedby")));
        Assert.Contains(message, Answer.Words(answer.Page.QuerySelector("#zip-error")!), StringComparison.Ordinal);
        Assert.Equal(EveryClinic, Names(answer).Count);
    }

    [Theory]
    [InlineData("53703-1234")]
    [InlineData(" 53703 ")]
    public async Task Finder_ZipWithMoreThanFiveDigits_UsesTheFirstFive(string zip)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync("/clinics?zip=" + Uri.EscapeDataString(zip));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("Madison", Names(answer)[0]);
    }

    private static List<string> Names(Answer answer) => Names(answer.Page.DocumentElement);

    private static List<string> Names(AngleSharp.Dom.IElement list) =>
        [.. list.QuerySelectorAll(".clinic-list h2 a, :scope > li h2 a").Select(Answer.Words).Distinct()];
}
