using System.Net;
using AngleSharp.Html.Dom;

namespace PhysioSite.Tests.Features.Appointments.Request;

public sealed class RequestFormErrorTests(BusySite site) : IClassFixture<BusySite>
{
    private static readonly string Bell = "\u0007";

    /// <summary>The invalid field, its error message, and the answers that cause it, each as "field=answer".</summary>
    public static TheoryData<string, string, string[]> Rules => new()
    {
        { "zip", "Enter your ZIP code, like 53703, or choose a clinic by name", ["zip="] },
        { "zip", "Enter a ZIP code of five digits, like 53703", ["zip=5370"] },
        { "zip", "Enter a ZIP code of five digits, like 53703", ["zip=Madison, WI"] },
        { "zip", "Enter a ZIP code of five digits, like 53703", ["zip=５３７０３"] },
        { "zip", "We do not know the ZIP code 00000. Check it, or choose a clinic by name from the list below", ["zip=00000"] },
        {
            "zip",
            "The nearest clinic to 97801 is Portland, 189 miles away. "
            + "Choose a visit by video with Virtual care, or choose Portland by name",
            ["zip=97801"]
        },
        { "clinic", "Choose a clinic from the list", ["clinic=nowhere"] },
        { "visit", "Choose a visit in the clinic or by video", ["visit=fax"] },
        { "visit", "Choose a visit in the clinic or by video", ["visit="] },
        {
            "visit",
            "Berkeley does not offer video visits. Choose a visit in the clinic, or another clinic",
            ["clinic=berkeley", "visit=video"]
        },
        { "visit", "Virtual care offers video visits only. Choose a visit by video, or another clinic", ["clinic=virtual-care"] },
        { "area", "Choose a body area, or “I’d rather say by phone”", ["area=nose"] },
        {
            "wishes",
            "Choose at most 3 times",
            ["wishes=monday-morning", "wishes=tuesday-morning", "wishes=friday-midday", "wishes=friday-evening"]
        },
        { "wishes", "Choose times from the lists", ["wishes=sunday-morning"] },
        { "name", "Enter your full name", ["name="] },
        { "name", "Enter your full name", ["name=  \u00A0 "] },
        { "name", "Enter a name of 100 characters or fewer", ["name=" + new string('n', 101)] },
        { "name", "Enter your name using letters", ["name=608 555 0142"] },
        { "name", "Type your full name again by hand: it has hidden or unreadable characters, perhaps from copying", ["name=Ada" + Bell] },
        { "contact", "Choose how we should reach you", ["contact=pigeon"] },
        { "phone", "Enter a phone number, like 608 555 0142, or choose email above", ["phone="] },
        { "phone", "Enter a phone number, like 608 555 0142, or choose email above", ["phone=", "contact=text"] },
        { "phone", "Enter a phone number with its area code, like 608 555 0142", ["phone=555 0142"] },
        { "phone", "Enter the phone number in digits, without letters, like 608 555 0142", ["phone=1-800-FLOWERS"] },
        { "phone", "Enter an extension of up to 6 digits after an x, like 608 555 0142 x12", ["phone=608 555 0142 ext"] },
        {
            "phone",
            "Enter one phone number only, like 608 555 0142. Write anything else in the note",
            ["phone=608 555 0142 or 608 555 0143"]
        },
        { "phone", "Check the country code and the number after it, like +52 55 1234 5678", ["phone=+52 123"] },
        {
            "phone",
            "Enter a US number of 10 digits, or put + and the country code first, like +52 55 1234 5678",
            ["phone=52 55 1234 5678"]
        },
        {
            "phone",
            "Enter a phone number with its area code, like 608 555 0142",
            ["phone=555 0142", "contact=email", "email=ada@example.com"]
        },
        { "email", "Enter an email address, like name@example.com, or choose call or text above", ["contact=email"] },
        { "email", "Enter an email address like name@example.com", ["email=ada"] },
        { "for", "Choose who the appointment is for", ["for=my dog"] },
        { "seen-before", "Choose yes or no, or leave both empty", ["seen-before=maybe"] },
        { "access", "Shorten your language or access needs to 200 characters; they have 201", ["access=" + new string('a', 201)] },
        {
            "access",
            "Type your language or access needs again by hand: they have hidden or unreadable characters, perhaps from copying",
            ["access=Interpreter" + Bell]
        },
        { "note", "Shorten your note to 300 characters; it has 301", ["note=" + new string('n', 301)] },
        { "note", "Type your note again by hand: it has hidden or unreadable characters, perhaps from copying", ["note=Please" + Bell] },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Post_AnswerAgainstARule_Returns400AndNamesTheField(string field, string message, string[] answers)
    {
        using var browser = site.Open();
        var sent = Answers(answers);

        var answer = await browser.SubmitAsync(await browser.GetAsync(RequestJourney.Path), RequestJourney.Form, sent);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("Error", answer.Page.Title, StringComparison.Ordinal);
        var link = Assert.Single(answer.Page.QuerySelectorAll("#error-summary a"));
        Assert.Equal(("#" + field, message), (link.GetAttribute("href"), link.TextContent));
        AssertMessageBeside(answer, field, message);
        AssertStillThere(answer, sent, butFor: field);
    }

    [Fact]
    public async Task Post_EverythingWrong_ListsTheFieldsInTheirOrderAndTakesTheCorrection()
    {
        using var browser = site.Open();

        var answer = await browser.SendAsync(
            ("zip", "x"), ("visit", "x"), ("area", "x"), ("wishes", "x"), ("name", "1"), ("contact", "x"), ("phone", "x"), ("email", "x"),
            ("for", "x"), ("seen-before", "x"), ("access", Bell + "x"), ("note", Bell + "x"));

        var listed = answer.Page.QuerySelectorAll("#error-summary a").Select(link => link.GetAttribute("href")![1..]).ToList();
        Assert.Equal(
            ["zip", "visit", "name", "contact", "phone", "email", "area", "wishes", "for", "seen-before", "access", "note"],
            listed);
        var order = answer.Page.QuerySelectorAll("[id]").Select(element => element.Id!).ToList();
        Assert.Equal(listed.OrderBy(order.IndexOf), listed);

        var putRight = await browser.SubmitAsync(answer, RequestJourney.Form, RequestJourney.Answers(
            ("visit", "clinic"), ("area", "knee"), ("wishes", "any"), ("contact", "call"), ("email", ""), ("for", "me"),
            ("seen-before", "no"), ("access", ""), ("note", "")));
        Assert.Equal(HttpStatusCode.Redirect, putRight.Status);
    }

    [Fact]
    public async Task Post_NothingFilledIn_AsksForZipNameAndPhone()
    {
        using var browser = site.Open();

        var answer = await browser.SubmitAsync(await browser.GetAsync(RequestJourney.Path), RequestJourney.Form, []);

        Assert.Equal(
            ["#zip", "#name", "#phone"],
            answer.Page.QuerySelectorAll("#error-summary a").Select(link => link.GetAttribute("href")));
    }

    /// <summary>No therapist of the group has a license for New Hampshire, New York and Hawaii, however near or far a clinic is.</summary>
    [Theory]
    [InlineData("03060", "", "zip", "We offer no video visits where you live. Choose a visit in the clinic")]
    [InlineData("10001", "", "zip", "We offer no video visits where you live. Choose a visit in the clinic")]
    [InlineData("96813", "", "zip", "We offer no video visits where you live. Choose a visit in the clinic")]
    [InlineData(
        "10001", "virtual-care", "visit", "Virtual care cannot see people in New York by video. Choose a visit in the clinic, or call us")]
    [InlineData("10001", "boston", "visit", "Boston cannot see people in New York by video. Choose a visit in the clinic, or call us")]
    public async Task Post_VideoWhereNobodyIsLicensed_SaysSo(string zip, string clinic, string field, string message)
    {
        using var browser = site.Open();

        var answer = await browser.SendAsync(("zip", zip), ("clinic", clinic), ("visit", "video"));

        AssertMessageBeside(answer, field, message);
    }

    private static List<KeyValuePair<string, string?>> Answers(string[] answers)
    {
        var given = answers
            .Select(answer => answer.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string?>(pair[0], pair[1]))
            .ToList();
        var usual = RequestJourney.Answers(("access", "Hearing loop"), ("note", "First line\nSecond line"));
        return [.. usual.Where(pair => given.All(other => other.Key != pair.Key)), .. given];
    }

    private static void AssertMessageBeside(Answer answer, string field, string message)
    {
        var control = answer.Page.GetElementById(field)!;
        var group = control.Closest("fieldset") ?? control.Closest(".field")!;
        var error = Assert.Single(group.QuerySelectorAll(".error"));
        Assert.Equal((field + "-error", "Error: " + message), (error.Id, Answer.Words(error)));

        // A group of controls is described as a whole. ARIA does not support aria-invalid on a group.
        var described = control.Closest("fieldset") ?? control;
        Assert.Contains(error.Id, described.GetAttribute("aria-describedby")!.Split(' '));
        if (described == control)
        {
            Assert.Equal("true", control.GetAttribute("aria-invalid"));
            Assert.Single(answer.Page.QuerySelectorAll("[aria-invalid]"));
        }
    }

    private static void AssertStillThere(Answer answer, List<KeyValuePair<string, string?>> sent, string butFor)
    {
        var filled = Browser.Filled((IHtmlFormElement)answer.Page.QuerySelector(RequestJourney.Form)!, [])
            .ToLookup(pair => pair.Key, pair => pair.Value);
        var isTyped = answer.Page.GetElementById(butFor) is IHtmlTextAreaElement or IHtmlInputElement { Type: "text" or "tel" or "email" };
        Assert.All(
            sent.Where(pair => pair.Key != butFor || isTyped).GroupBy(pair => pair.Key, pair => pair.Value),
            group => Assert.Equal(
                group.Select(value => string.IsNullOrWhiteSpace(value) ? "" : value),
                filled[group.Key].Take(group.Count())));
    }
}
