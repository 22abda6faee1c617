using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace PhysioSite.Tests.Features.Appointments.Request;

public sealed class ExpiredFormTests(BusySite site) : IClassFixture<BusySite>
{
    private const string Token = "__RequestVerificationToken";
    private const string Key = "form-key";

    private static readonly (string, string?)[] Typed =
    [
        ("name", "Ada \"Example\""),
        ("note", "First line\nsecond <line>"),
        ("access", "Hearing loop"),
        ("area", "knee"),
        ("message-ok", "yes"),
    ];

    [Fact]
    public async Task Post_CookiesGone_GivesTheFilledFormBackAndTakesItThen()
    {
        using var before = site.Open();
        var page = await before.GetAsync(RequestJourney.Path);
        using var after = site.Open();

        var refused = await after.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(Typed));

        AssertGivenBack(refused);
        Assert.Equal(KeyOf(page), KeyOf(refused));
        Assert.Equal(HttpStatusCode.Redirect, (await after.SubmitAsync(refused, RequestJourney.Form, [])).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("CfDJ8nonsense")]
    [InlineData("!!!")]
    public async Task Post_TokenSpoiled_GivesTheFilledFormBackAndTakesItThen(string? token)
    {
        using var browser = site.Open();

        var refused = await browser.SendAsync([.. Typed, (Token, token)]);

        AssertGivenBack(refused);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SubmitAsync(refused, RequestJourney.Form, [])).Status);
    }

    [Fact]
    public async Task Post_TokenOfAnotherBrowser_IsRefused()
    {
        using var other = site.Open();
        var foreign = (await other.GetAsync(RequestJourney.Path)).Page
            .QuerySelector<IHtmlInputElement>($"{RequestJourney.Form} input[name={Token}]")!
            .Value;
        using var browser = site.Open();

        var refused = await browser.SendAsync([.. Typed, (Token, foreign)]);

        AssertGivenBack(refused);
    }

    public static TheoryData<string?> SpoiledKeys => new()
    {
        null,
        "",
        "x",
        "not a key!",
        "ÄÖÜ",
        new string('A', 180),
        Base64Url.EncodeToString(SHA256.HashData([1])),
    };

    [Theory]
    [MemberData(nameof(SpoiledKeys))]
    public async Task Post_FormKeySpoiled_GivesTheFilledFormBackWithANewKeyAndTakesItThen(string? key)
    {
        using var browser = site.Open();

        var refused = await browser.SendAsync([.. Typed, (Key, key)]);

        AssertGivenBack(refused);
        Assert.NotEqual(key ?? "", KeyOf(refused));
        var accepted = await browser.SubmitAsync(refused, RequestJourney.Form, []);
        Assert.Equal(HttpStatusCode.Redirect, accepted.Status);
        Assert.Equal(accepted.Location, (await browser.SubmitAsync(refused, RequestJourney.Form, [])).Location);
    }

    [Fact]
    public async Task Post_OneLetterOfTheKeyChanged_IsRefused()
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        var key = KeyOf(page).ToCharArray();
        key[^5] = key[^5] == 'A' ? 'B' : 'A';

        var refused = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers([.. Typed, (Key, new string(key))]));

        AssertGivenBack(refused);
    }

    [Fact]
    public async Task Post_TokenExpiredAndAnswersWrong_IsToldOneAfterTheOther()
    {
        using var browser = site.Open();

        var expired = await browser.SendAsync([.. Typed, ("phone", ""), (Token, null)]);
        var refused = await browser.SubmitAsync(expired, RequestJourney.Form, []);

        Assert.Equal(["#send"], expired.Page.QuerySelectorAll("#error-summary a").Select(link => link.GetAttribute("href")));
        Assert.Equal(["#phone"], refused.Page.QuerySelectorAll("#error-summary a").Select(link => link.GetAttribute("href")));
    }

    private static void AssertGivenBack(Answer refused)
    {
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.StartsWith("Error", refused.Page.Title, StringComparison.Ordinal);
        var link = Assert.Single(refused.Page.QuerySelectorAll("#error-summary a"));
        Assert.Contains("Nothing was sent yet, and everything you typed is still here.", link.TextContent, StringComparison.Ordinal);
        Assert.NotNull(refused.Page.QuerySelector(link.GetAttribute("href")!));
        var filled = Browser.Filled((IHtmlFormElement)refused.Page.QuerySelector(RequestJourney.Form)!, [])
            .ToLookup(pair => pair.Key, pair => pair.Value);
        Assert.All(RequestJourney.Answers(Typed), pair => Assert.Equal(pair.Value, Assert.Single(filled[pair.Key])));
    }

    private static string KeyOf(Answer page) => page.Page.QuerySelector<IHtmlInputElement>($"input[name={Key}]")!.Value;
}
