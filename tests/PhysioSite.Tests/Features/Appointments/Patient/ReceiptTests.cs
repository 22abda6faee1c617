using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Features.Appointments.Patient;

public sealed partial class ReceiptTests(BusySite site) : IClassFixture<BusySite>
{
    [Fact]
    public async Task Ask_NearMadison_ReceiptNamesClinicDistanceAndDueTime()
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync();

        Assert.Matches("^[34679ACDEFGHJKMNPQRTWXY]{8}$", receipt.Reference);
        Assert.Contains("We sent it to Cedar & Stride Madison, 0.2 miles from 53703.", receipt.Page.Main, StringComparison.Ordinal);
        Assert.Contains("We will call you by Tuesday, November 17, 5 pm (Central Time).", receipt.Page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipt_OfAClinicThatIsOpen_SaysToCallNow()
    {
        using var browser = site.Open();

        var open = await browser.AskAsync(("clinic", "madison"));
        Assert.Contains("Open now: call (608) 555-0142 and skip the wait.", open.Page.Main, StringComparison.Ordinal);

        using var closed = new Site();
        closed.Clock.Set(TestClock.Tuesday.AddHours(14));
        using var late = closed.Open();
        Assert.DoesNotContain("skip the wait", (await late.AskAsync(("clinic", "madison"))).Page.Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("madison", "Central Time")]
    [InlineData("boston", "Eastern Time")]
    [InlineData("denver", "Mountain Time")]
    [InlineData("phoenix", "Arizona Time")]
    [InlineData("oakland", "Pacific Time")]
    public async Task Ask_ClinicInAZone_ReceiptWritesTheZoneOut(string clinic, string zone)
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("clinic", clinic));

        Assert.Matches(
            $@"^\w+day, November \d+, (noon|\d+ [ap]m) \({zone}\)$",
            Answer.Words(receipt.Page.Page.QuerySelector("main .lead strong")!));
    }

    [Fact]
    public async Task Ask_OtherAnswerTimeConfigured_ReceiptPromisesIt()
    {
        using var quick = new Site();
        quick.Settings["Appointments:AnswerWithinOpenHours"] = "2.5";
        using var browser = quick.Open();

        var receipt = await browser.AskAsync();

        Assert.Contains("by Tuesday, November 17, noon (Central Time).", receipt.Page.Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("call", "We will call you by")]
    [InlineData("text", "We will text you by")]
    [InlineData("email", "We will email you by")]
    public async Task Ask_ContactChosen_ReceiptSaysHowWeGetInTouch(string contact, string words)
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("contact", contact), ("email", "ada@example.com"));

        Assert.Contains(words, receipt.Page.Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("94704", "clinic", "Berkeley", 0.5068)]
    [InlineData("94704", "video", "Oakland", 3.901)]
    [InlineData("94596", "video", "Oakland", 13.234)]
    [InlineData("94947", "video", "San Francisco", 24.035)]
    public async Task Ask_ByZip_GoesToTheNearestClinicWithTheWishedVisit(string zip, string visit, string clinic, double miles)
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("zip", zip), ("visit", visit));

        var sentence = Distance().Match(receipt.Page.Main);
        Assert.Equal((clinic, zip), (sentence.Groups["clinic"].Value, sentence.Groups["zip"].Value));
        // The displayed distance is rounded and calculated on a sphere.
        var rounding = miles < 10 ? 0.05 : 0.5;
        Assert.InRange(
            double.Parse(sentence.Groups["miles"].Value, CultureInfo.InvariantCulture),
            (miles * 0.994) - rounding,
            (miles * 1.006) + rounding);
    }

    [Fact]
    public async Task Ask_VideoFarFromEveryClinicInALicensedState_GoesToVirtualCareWithoutADistance()
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("zip", "97801"), ("visit", "video"));

        Assert.Contains("We sent it to Cedar & Stride Virtual care. We will", receipt.Page.Main, StringComparison.Ordinal);
        Assert.DoesNotContain("miles", receipt.Page.Main, StringComparison.Ordinal);
        Assert.Contains("a camera", receipt.Page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_FarClinicChosenByName_GoesThereAndSaysHowFarItIs()
    {
        using var browser = site.Open();

        var licensed = await browser.AskAsync(("zip", "97801"), ("clinic", "portland"));
        var unlicensed = await browser.AskAsync(("zip", "96813"), ("clinic", "san-francisco"));

        Assert.Contains("We sent it to Cedar & Stride Portland, 189 miles from 97801.", licensed.Page.Main, StringComparison.Ordinal);
        Assert.Contains(
            "We sent it to Cedar & Stride San Francisco, 2,394 miles from 96813.", unlicensed.Page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipt_ReadAgain_SaysTheSame()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();

        for (var times = 0; times < 3; times++)
        {
            var again = await browser.GetAsync(receipt.Page.Response.RequestMessage!.RequestUri!.PathAndQuery);
            Assert.Equal(receipt.Page.Main, again.Main);
        }
    }

    [Fact]
    public async Task Receipt_InAnotherBrowser_KnowsClinicAndReferenceButNoZip()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();

        using var other = site.Open();
        var again = await other.GetAsync(receipt.Page.Response.RequestMessage!.RequestUri!.PathAndQuery);

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(receipt.Reference, again.Page.QuerySelector("#reference")!.TextContent);
        Assert.Contains("We sent it to Cedar & Stride Madison. We will call you by", again.Main, StringComparison.Ordinal);
        Assert.DoesNotContain("53703", again.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("miles", again.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipt_OfAnotherRequestOfThisBrowser_DoesNotBorrowItsZip()
    {
        using var browser = site.Open();
        var first = await browser.AskAsync();
        await browser.AskAsync(("zip", "94607"));

        var again = await browser.GetAsync(first.Page.Response.RequestMessage!.RequestUri!.PathAndQuery);

        Assert.Contains("We sent it to Cedar & Stride Madison. We will", again.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipt_Cookie_IsForThisSessionAloneAndUnreadable()
    {
        using var browser = site.Open();

        var sent = await browser.SendAsync();

        var cookie = Assert.Single(
            sent.Response.Headers.GetValues("Set-Cookie"),
            header => header.StartsWith("__Host-receipt=", StringComparison.Ordinal));
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("max-age", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("53703", cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shin", "Shorts, and the shoes you run in most.")]
    [InlineData("by-phone", "Loose clothes you can move in.")]
    public async Task Receipt_Area_SaysWhatToWearAndBring(string area, string wear)
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("area", area));

        Assert.Contains(wear, receipt.Page.Main, StringComparison.Ordinal);
        Assert.Contains("A photo ID and your insurance card", receipt.Page.Main, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"We sent it to Cedar & Stride (?<clinic>[A-Z][A-Za-z ]*?), (?<miles>[0-9.,]+) miles from (?<zip>[0-9]{5})\.")]
    private static partial Regex Distance();
}
