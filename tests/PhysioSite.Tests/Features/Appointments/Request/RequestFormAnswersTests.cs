using System.Net;
using AngleSharp.Html.Dom;

namespace PhysioSite.Tests.Features.Appointments.Request;

/// <summary>Input that a patient may type reaches the staff desk, or is shown again after an error, exactly as typed.</summary>
public sealed class RequestFormAnswersTests(StaffedSite site) : IClassFixture<StaffedSite>
{
    private const string Nasty =
        "</textarea></select>\"'`&amp;&lt; <script>alert(1)</script> {{7*7}} @Model %00 \\ ’ — 日本語 العربية 🏃🏽‍♀️ é";

    [Theory]
    [InlineData("Ada Example")]
    [InlineData("Anne-Marie O’Neill-D'Arcy, Jr.")]
    [InlineData("Đặng Thị Ngọc Ánh")]
    [InlineData("Zoë Müller-Łukasiewicz")]
    [InlineData("Þórður Ægisson")]
    [InlineData("Владимир Іванович Ўзбеков")]
    [InlineData("Ελένη Παπαδοπούλου")]
    [InlineData("Անահիտ Պետրոսյան")]
    [InlineData("ნინო ბერიძე")]
    [InlineData("محمد عبد الله بن يوسف")]
    [InlineData("فاطمه نیک\u200Cپور")]
    [InlineData("יעל בן־דוד")]
    [InlineData("अनुष्का शर्मा")]
    [InlineData("রহিমা বেগম")]
    [InlineData("ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ")]
    [InlineData("கமலா சுப்பிரமணியம்")]
    [InlineData("ಕಾವ್ಯ ರಾವ್")]
    [InlineData("ณัฐวุฒิ ใจดี")]
    [InlineData("ອານຸສອນ ວົງສາ")]
    [InlineData("အောင်ဆန်း")]
    [InlineData("ញឹម សុផល")]
    [InlineData("王小明")]
    [InlineData("𠮷田 さくら")]
    [InlineData("김철수")]
    [InlineData("አበበ ቢቂላ")]
    [InlineData("ᎠᏓ ᏣᎳᎩ")]
    [InlineData("ⵜⴰⴼⴰⵜ ⴰⵎⴰⵣⵉⵖ")]
    [InlineData("O")]
    public async Task Name_InAnyScript_IsTakenAndShownAsTyped(string name)
    {
        using var browser = site.Open();

        var refused = await browser.SendAsync(("name", name), ("phone", ""));
        var accepted = await browser.SubmitAsync(refused, RequestJourney.Form, [new("phone", "608 555 0142")]);

        Assert.Equal(name, refused.Page.QuerySelector("#name")!.GetAttribute("value"));
        var receipt = await browser.GetAsync(accepted.Location!);
        Assert.Equal(name, (await site.OnTheDeskAsync(receipt.Page.QuerySelector("#reference")!.TextContent))["Name"]);
    }

    [Fact]
    public async Task Post_EveryFieldFilledAndOneWrong_GivesEverythingBackAsTyped()
    {
        using var browser = site.Open();
        List<KeyValuePair<string, string?>> answers =
        [
            new("zip", "94607-1234"), new("clinic", "oakland"), new("visit", "video"), new("area", "neck-shoulder"),
            new("wishes", "friday-evening"), new("wishes", "monday-morning"), new("wishes", "saturday-midday"),
            new("name", $"  {Nasty[..60]}  "), new("contact", "text"), new("phone", "not a \"number\" <b>"), new("message-ok", "yes"),
            new("email", "ada.example+physio@example.com"), new("for", "someone"), new("seen-before", "no"),
            new("access", $" {Nasty} "), new("note", $"\n\n{Nasty}\n\n  two\tspaces  \nlast line\n"), new("from", "shin-splints"),
        ];

        var answer = await browser.SubmitAsync(await browser.GetAsync(RequestJourney.Path), RequestJourney.Form, answers);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        var filled = Browser.Filled((IHtmlFormElement)answer.Page.QuerySelector(RequestJourney.Form)!, []);
        Assert.Equal(
            answers.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"),
            filled.Where(pair => pair.Key is not ("__RequestVerificationToken" or "form-key" or "subject"))
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Empty(answer.Page.QuerySelectorAll("main script, main b"));
    }

    [Fact]
    public async Task Post_EveryFieldFilled_IsOnTheStaffDeskAsTyped()
    {
        using var browser = site.Open();
        var note = $"{Nasty}\nlast line";

        var receipt = await browser.AskAsync(
            ("zip", "94607"), ("clinic", "oakland"), ("visit", "video"), ("area", "hip"), ("wishes", "friday-evening"),
            ("name", "Ada <b>Example</b>"), ("contact", "text"), ("phone", "(510) 555-0142 x3"), ("message-ok", "yes"),
            ("email", "ada@example.com"), ("for", "someone"), ("seen-before", "no"), ("access", $"Interpreter {Nasty}"), ("note", note));

        var shown = await site.OnTheDeskAsync(receipt.Reference);
        Assert.Equal("Ada <b>Example</b>, asking for someone else", shown["Name"]);
        Assert.Equal("Text (510) 555-0142 ext. 3 (you may leave a message)", shown["Contact by"]);
        Assert.Equal("ada@example.com", shown["Email"]);
        Assert.Equal("Oakland, by video", shown["Clinic"]);
        Assert.Equal("Friday evening, 5 pm to 7 pm", shown["Preferred times"]);
        Assert.Equal("Hip or groin", shown["Body area"]);
        Assert.Equal("No", shown["Seen before"]);
        Assert.Equal($"Interpreter {Nasty}", shown["Language or access"]);
        Assert.Equal(note, shown["Note"]);
        Assert.DoesNotContain("94607", string.Concat(shown.Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_MessageBoxNotTicked_SaysDoNotLeaveAMessage()
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync();

        var shown = await site.OnTheDeskAsync(receipt.Reference);
        Assert.Equal("Call (608) 555-0142 (do not leave a message)", shown["Contact by"]);
        Assert.Equal(("Will tell us by phone", "Not answered", "None"), (shown["Body area"], shown["Seen before"], shown["Note"]));
    }

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("a@b.co")]
    [InlineData("Ada.Example+physio@mail.example.org")]
    [InlineData("o'neill_1%2@sub-domain.example")]
    [InlineData("ada@xn--bcher-kva.example")]
    [InlineData(" ada@example.com ")]
    public async Task Email_OfAPerson_IsTaken(string email)
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("email", email));

        Assert.Equal(email.Trim(), (await site.OnTheDeskAsync(receipt.Reference))["Email"]);
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("ada@")]
    [InlineData("@example.com")]
    [InlineData("ada@example")]
    [InlineData("ada@@example.com")]
    [InlineData("ada example@example.com")]
    [InlineData("ada@exam ple.com")]
    [InlineData("ada@-example.com")]
    [InlineData("ada@example-.com")]
    [InlineData("ada@example..com")]
    [InlineData("ada@.example.com")]
    [InlineData("ada@example.com.")]
    [InlineData("ada@exa_mple.com")]
    [InlineData(".ada@example.com")]
    [InlineData("a..da@example.com")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("ada@example.com, bob@example.com")]
    [InlineData("ada@example.com;bob@example.com")]
    [InlineData("\"ada\"@example.com")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada@example.com\r\nBcc: bob@example.com")]
    [InlineData("ådå@example.com")]
    [InlineData("ada@bücher.example")]
    [InlineData("abcdefghij.abcdefghij.abcdefghij.abcdefghij.abcdefghij.abcdefghij@example.com")]
    public async Task Email_NotAnAddressWeCanMail_IsRefused(string email)
    {
        using var browser = site.Open();

        var answer = await browser.SendAsync(("email", email));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(["#email"], answer.Page.QuerySelectorAll("#error-summary a").Select(link => link.GetAttribute("href")));
    }

    [Theory]
    [InlineData("608.555.0142 ext 12", "(608) 555-0142 ext. 12", "tel:+16085550142;ext=12")]
    [InlineData("608-555-0142 (cell)", "(608) 555-0142", "tel:+16085550142")]
    [InlineData("00 44 20 7946 0958", "+44 20 7946 0958", "tel:+442079460958")]
    public async Task Phone_InSomeNotation_IsOnTheDeskInOneAndCallable(string phone, string shown, string link)
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("phone", phone));

        var page = await site.Desk.GetAsync($"/staff/requests/{receipt.Reference}");
        var call = Assert.Single(page.Page.QuerySelectorAll("main .facts a[href^='tel:+']"));
        Assert.Equal((shown, link), (call.TextContent, call.GetAttribute("href")));
        Assert.DoesNotContain("may not exist", page.Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "This number may not exist.")]
    [InlineData("ada@example.com", "This number may not exist. If you cannot reach the patient by it, ask for it by email.")]
    public async Task Phone_PossibleButNotKnown_HasAHintOnTheDesk(string email, string hint)
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("phone", "608 155 0142"), ("email", email));

        var page = await site.Desk.GetAsync($"/staff/requests/{receipt.Reference}");
        var fact = page.Page.QuerySelectorAll("dl.facts > div").Single(fact => fact.QuerySelector("dt")!.TextContent == "Phone");
        Assert.Equal(("(608) 155-0142", hint), (fact.QuerySelector("a")!.TextContent, fact.QuerySelector(".quiet")!.TextContent));
    }

    [Theory]
    [InlineData(300, 0, true)]
    [InlineData(301, 0, false)]
    [InlineData(290, 10, true)]
    [InlineData(291, 10, false)]
    public async Task Note_OfThreeHundredCharacters_IsTakenWithLineBreaksCountedOnce(int letters, int lineBreaks, bool accepted)
    {
        using var browser = site.Open();
        var note = "a" + string.Concat(Enumerable.Repeat("\r\n", lineBreaks)) + new string('b', letters - 1);

        var answer = await browser.SendAsync(("note", note));

        Assert.Equal(accepted ? HttpStatusCode.Redirect : HttpStatusCode.BadRequest, answer.Status);
        if (!accepted)
        {
            Assert.Equal("Shorten your note to 300 characters; it has 301", answer.Page.QuerySelector("#error-summary a")!.TextContent);
        }
    }

    [Theory]
    [InlineData("name", 100)]
    [InlineData("access", 200)]
    public async Task Field_AsLongAsAllowed_IsTaken(string field, int length)
    {
        using var browser = site.Open();

        var answer = await browser.SendAsync((field, new string('å', length)));

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
    }
}
