using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Features.Appointments.Request;

/// <summary>A patient who would like to see a certain therapist.</summary>
public sealed class RequestTherapistTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string Path = RequestJourney.Path + "?clinic=madison&therapist=daniel-okafor";
    private const string Box = "input[name=therapist]";

    [Theory]
    [InlineData("", "Therapist you would like Daniel Okafor, PT, DPT, SCS. The clinic will try, but cannot promise it.")]
    [InlineData("/es", "Fisioterapeuta que prefiere Daniel Okafor, PT, DPT, SCS. La clínica lo intentará, pero no puede prometerlo.")]
    public async Task Therapist_OfTheLink_IsOnTheFormOnTheReceiptAndOnTheDesk(string language, string onTheReceipt)
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(language + Path);
        Assert.True(page.Page.QuerySelector(Box)!.HasAttribute("checked"));

        var sent = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());
        var receipt = await browser.GetAsync(sent.Location!);

        Assert.Contains(onTheReceipt, receipt.Main, StringComparison.Ordinal);
        var reference = receipt.Page.QuerySelector("#reference")!.TextContent.Trim();
        var administrator = await site.Administrator;
        var facts = (await administrator.GetAsync($"/staff/requests/{reference}")).Page.QuerySelectorAll("main dl.facts > div");
        var fact = facts.Single(row => row.QuerySelector("dt")!.TextContent == "Would like to see");
        Assert.Equal("Daniel Okafor, PT, DPT, SCS (Madison)", Answer.Words(fact.QuerySelector("dd")!));
    }

    [Fact]
    public async Task Therapist_WhenTheBoxIsUnticked_IsNotStored()
    {
        using var browser = site.Open();

        var sent = await browser.SubmitAsync(
            await browser.GetAsync(Path), RequestJourney.Form, RequestJourney.Answers(("therapist", null)));
        var receipt = await browser.GetAsync(sent.Location!);

        Assert.DoesNotContain("Daniel Okafor", receipt.Main, StringComparison.Ordinal);
        Assert.Null((await site.FindAsync(receipt.Page.QuerySelector("#reference")!.TextContent.Trim())).Details.Value!.Therapist);
    }

    [Fact]
    public async Task Therapist_InAFormThatIsRefused_IsStillThere()
    {
        using var browser = site.Open();

        var refused = await browser.SubmitAsync(
            await browser.GetAsync(Path), RequestJourney.Form, RequestJourney.Answers(("name", "")));

        Assert.True(refused.Page.QuerySelector(Box)!.HasAttribute("checked"));
    }

    [Theory]
    [InlineData("?therapist=nobody")]
    [InlineData("?therapist=")]
    [InlineData("")]
    public async Task Therapist_Unknown_IsIgnored(string query)
    {
        using var browser = site.Open();

        var page = await browser.GetAsync(RequestJourney.Path + query);
        Assert.Null(page.Page.QuerySelector(Box));
        var sent = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("therapist", "nobody")));

        Assert.Equal(System.Net.HttpStatusCode.Redirect, sent.Status);
    }
}
