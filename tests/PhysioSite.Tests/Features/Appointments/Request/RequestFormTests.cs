using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace PhysioSite.Tests.Features.Appointments.Request;

public sealed class RequestFormTests(BusySite site) : IClassFixture<BusySite>
{
    private const string SpamTrap = "subject";

    private static readonly string[] Fields =
    [
        "zip", "clinic", "visit", "area", "wishes", "name", "phone", "email", "contact", "message-ok", "for", "seen-before",
        "access", "note", SpamTrap,
    ];

    [Fact]
    public async Task Form_Always_HasTheseFieldsAndNoOthers()
    {
        using var browser = site.Open();

        var page = await browser.GetAsync(RequestJourney.Path);

        var shown = page.Page.QuerySelectorAll($"{RequestJourney.Form} [name]")
            .Where(element => element.GetAttribute("type") != "hidden")
            .ToList();
        Assert.Equal(Fields.Order(), shown.Select(element => element.GetAttribute("name")).Distinct().Order());
        Assert.All(Fields, field => Assert.Equal(field, page.Page.GetElementById(field)?.GetAttribute("name")));
        Assert.Equal(
            ["__RequestVerificationToken", "form-key", "from"],
            page.Page.QuerySelectorAll($"{RequestJourney.Form} input[type=hidden]")
                .Select(element => element.GetAttribute("name"))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Form_EveryControl_HasALabelOfItsOwnAndAUniqueId()
    {
        using var browser = site.Open();

        var page = await browser.GetAsync(RequestJourney.Path);

        var controls = page.Page.QuerySelectorAll($"{RequestJourney.Form} :is(input:not([type=hidden]), select, textarea)");
        Assert.All(controls, control => Assert.Single(page.Page.QuerySelectorAll($"label[for='{control.Id}']")));
        var ids = page.Page.QuerySelectorAll("[id]").Select(element => element.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(page.Page.QuerySelectorAll("[aria-describedby]").SelectMany(DescribedBy), id => Assert.Contains(id, ids));
    }

    [Fact]
    public async Task Form_Fresh_HasNoErrorAndHarmlessChoices()
    {
        using var browser = site.Open();

        var page = await browser.GetAsync(RequestJourney.Path);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("Error", page.Page.Title, StringComparison.Ordinal);
        Assert.Empty(page.Page.QuerySelectorAll("#error-summary, .error, [aria-invalid]"));
        var filled = Visible(page);
        Assert.Equal(
            [
                ("access", ""), ("area", "by-phone"), ("clinic", ""), ("contact", "call"), ("email", ""), ("for", "me"), ("name", ""),
                ("note", ""), ("phone", ""), (SpamTrap, ""), ("visit", "clinic"), ("wishes", "any"), ("wishes", "any"), ("wishes", "any"),
                ("zip", ""),
            ],
            filled.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Post_ZipNameAndPhoneAsRendered_IsEnough()
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync();

        Assert.Contains("We sent it to Cedar & Stride Madison", receipt.Page.Main, StringComparison.Ordinal);
        Assert.Contains("Any time", receipt.Page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_OnlyZipNameAndPhoneSent_IsEnough()
    {
        using var browser = site.Open();
        var unsent = Fields.Except(["zip", "name", "phone"]).Append("from").Select(field => (field, (string?)null)).ToArray();

        var receipt = await browser.AskAsync(unsent);

        Assert.Contains("We sent it to Cedar & Stride Madison", receipt.Page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ClinicByName_NeedsNoZip()
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("zip", ""), ("clinic", "denver"));

        Assert.Contains("We sent it to Cedar & Stride Denver. We will", receipt.Page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_EmailInsteadOfPhone_NeedsNoPhone()
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("phone", ""), ("contact", "email"), ("email", "ada@example.com"));

        Assert.Contains("We will email you by", receipt.Page.Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("53703-1234")]
    [InlineData("537031234")]
    [InlineData(" 53703 ")]
    public async Task Post_ZipPlusFour_IsUnderstood(string zip)
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("zip", zip));

        Assert.Contains("We sent it to Cedar & Stride Madison, 0.2 miles from 53703.", receipt.Page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ThreeWishes_AreOnTheReceiptOnceEach()
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        KeyValuePair<string, string?>[] wishes =
        [
            new("wishes", "monday-morning"),
            new("wishes", "saturday-evening"),
            new("wishes", "monday-morning"),
        ];

        var sent = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers().Concat(wishes));
        var receipt = await browser.GetAsync(sent.Location!);

        var suits = receipt.Page.QuerySelectorAll("dl.facts > div")
            .Single(fact => fact.QuerySelector("dt")!.TextContent == "Preferred times");
        Assert.Equal("Monday morning, 7 am to 11 am; Saturday evening, 5 pm to 7 pm", suits.QuerySelector("dd")!.TextContent);
    }

    [Theory]
    [InlineData("?clinic=berkeley", "clinic", "berkeley")]
    [InlineData("?clinic=berkeley", "visit", "clinic")]
    [InlineData("?clinic=virtual-care", "visit", "video")]
    [InlineData("?visit=video", "visit", "video")]
    [InlineData("?visit=clinic", "visit", "clinic")]
    [InlineData("?visit=fax", "visit", "clinic")]
    [InlineData("?zip=94607", "zip", "94607")]
    [InlineData("?zip=%22%3E%3Cscript%3E", "zip", "\"><script>")]
    [InlineData("?from=shin-splints", "area", "shin")]
    [InlineData("?from=shin-splints", "from", "shin-splints")]
    [InlineData("?from=shin-splints&area=knee", "area", "knee")]
    [InlineData("?area=hip", "area", "hip")]
    [InlineData("?area=nose", "area", "by-phone")]
    [InlineData("?clinic=nowhere", "clinic", "")]
    [InlineData("?from=nothing", "from", "")]
    [InlineData("?from=nothing", "area", "by-phone")]
    [InlineData("?clinic=oakland&zip=94607&visit=video&from=shin-splints", "clinic", "oakland")]
    public async Task Form_OpenedByALink_IsFilledFromIt(string query, string field, string value)
    {
        using var browser = site.Open();

        var page = await browser.GetAsync(RequestJourney.Path + query);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        var filled = Browser.Filled((IHtmlFormElement)page.Page.QuerySelector(RequestJourney.Form)!, []);
        Assert.Equal(value, Assert.Single(filled, pair => pair.Key == field).Value);
        Assert.Empty(page.Page.QuerySelectorAll("main script"));
    }

    [Fact]
    public async Task Form_OpenedFromAnArticle_NamesItAlsoAfterAnError()
    {
        using var browser = site.Open();

        var page = await browser.GetAsync(RequestJourney.Path + "?from=shin-splints");
        var again = await browser.SubmitAsync(page, RequestJourney.Form, []);

        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.NotNull(page.Page.QuerySelector("main a[href='/articles/shin-splints']"));
        Assert.NotNull(again.Page.QuerySelector("main a[href='/articles/shin-splints']"));
    }

    private static IEnumerable<string> DescribedBy(IElement element) => element.GetAttribute("aria-describedby")!.Split(' ');

    private static IEnumerable<KeyValuePair<string, string>> Visible(Answer page) =>
        Browser.Filled((IHtmlFormElement)page.Page.QuerySelector(RequestJourney.Form)!, []).Where(pair => Fields.Contains(pair.Key));
}
