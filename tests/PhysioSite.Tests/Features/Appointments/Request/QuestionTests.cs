using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Features.Appointments.Request;

/// <summary>
/// Every question of the request form is kept in the form, stored, compared when a form is sent again, shown to staff and exported.
/// A property added to <see cref="RequestForm"/> fails these tests until it is a row of one of the two tables.
/// See docs/adding-a-question.md for the steps.
/// </summary>
public sealed class QuestionTests(StaffSite site) : IClassFixture<StaffSite>
{
    /// <summary>The questions, each with its first answer and a different second answer.</summary>
    private static readonly Dictionary<string, Question> Questions = new()
    {
        [nameof(RequestForm.Clinic)] = new("clinic", "madison", "denver"),
        [nameof(RequestForm.Visit)] = new("visit", "clinic", "video", "The export lists who is to be reached, not how they come."),
        [nameof(RequestForm.Area)] = new("area", "hip", "knee", "What hurts stays on the desk."),
        [nameof(RequestForm.PreferredTimes)] = new("wishes", "monday-morning", "friday-evening"),
        [nameof(RequestForm.Name)] = new("name", "Ada Example", "Bob Example"),
        [nameof(RequestForm.Contact)] = new(
            "contact", "call", "text", "How to reach someone is on the desk, with whether to leave a message."),
        [nameof(RequestForm.Phone)] = new("phone", "608 555 0142", "608 555 0143"),
        [nameof(RequestForm.Email)] = new("email", "ada@patients.example", "bob@patients.example"),
        [nameof(RequestForm.MessageOk)] = new(
            "message-ok", null, "yes", "How to reach someone is on the desk, with whether to leave a message."),
        [nameof(RequestForm.For)] = new("for", "me", "someone", "Who is treated stays on the desk."),
        [nameof(RequestForm.SeenBefore)] = new("seen-before", "yes", "no", "Earlier treatment stays on the desk."),
        [nameof(RequestForm.Therapist)] = new(
            "therapist", null, "daniel-okafor", "Whom a patient would like to see matters on the desk, when the visit is agreed."),
        [nameof(RequestForm.Access)] = new("access", "A hearing loop", "An interpreter", "What a patient wrote stays on the desk."),
        [nameof(RequestForm.Note)] = new("note", "First note", "Second note", "What a patient wrote stays on the desk."),
    };

    /// <summary>Properties that are not questions, and the reason.</summary>
    private static readonly Dictionary<string, string> NoQuestions = new()
    {
        [nameof(RequestForm.Zip)] = "Finds the clinic and is stored nowhere. The clinic found is compared.",
        [nameof(RequestForm.Subject)] = "People do not see it.",
        [nameof(RequestForm.Key)] = "Tells one rendering of the form from another.",
        [nameof(RequestForm.From)] = "The page someone came from, which is shown to them and not stored.",
    };

    /// <summary>The form of a patient who comes from the page of a therapist.</summary>
    private const string Path = RequestJourney.Path + "?therapist=daniel-okafor";

    public static TheoryData<string> Names => [.. Questions.Keys];

    [Fact]
    public void Properties_OfTheForm_AreQuestionsOrSayWhyNot()
    {
        Assert.Equal(
            typeof(RequestForm).GetProperties()
                .Where(property => property.CanWrite)
                .Select(property => property.Name)
                .Order(StringComparer.Ordinal),
            Questions.Keys.Concat(NoQuestions.Keys).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Question_AnsweredOtherwise_IsStoredComparedAndShownToStaff(string name)
    {
        var question = Questions[name];
        using var browser = site.Open();
        var page = await browser.GetAsync(Path);
        var first = await browser.SubmitAsync(page, RequestJourney.Form, Answers());
        var receipt = await browser.GetAsync(first.Location!);
        var (before, after) = (ReferenceOn(receipt), await AskAsync(browser, Answers(question)));

        var again = await browser.SubmitAsync(page, RequestJourney.Form, Answers(question));

        Assert.Equal(first.Location, again.Location);
        Assert.Contains(
            "You sent this form before with different answers.",
            (await browser.GetAsync(again.Location!)).Main,
            StringComparison.Ordinal);
        Assert.NotEqual(await StoredAsync(before), await StoredAsync(after));
        var administrator = await site.Administrator;
        Assert.NotEqual(await FactsAsync(administrator, before), await FactsAsync(administrator, after));
        var export = (await administrator.GetAsync("/staff/export?state=all")).Text;
        if (question.NotExported is null)
        {
            Assert.NotEqual(RowOf(export, before), RowOf(export, after));
        }
        else
        {
            Assert.Equal(RowOf(export, before), RowOf(export, after));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Question_InAFormThatIsRefused_KeepsItsAnswer(string name)
    {
        var question = Questions[name];
        using var browser = site.Open();
        var wrong = question.Field == "seen-before" ? "for" : "seen-before";

        var refused = await browser.SubmitAsync(
            await browser.GetAsync(Path),
            RequestJourney.Form,
            [.. Answers(question).Where(answer => answer.Key != wrong), new(wrong, "x")]);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.Status);
        var filled = Browser.Filled(refused.Page.QuerySelector<IHtmlFormElement>(RequestJourney.Form)!, []);
        Assert.Contains(new KeyValuePair<string, string>(question.Field, question.Other), filled);
    }

    [Fact]
    public async Task Details_ThatAreStored_EachComeFromAQuestion()
    {
        using var browser = site.Open();
        var first = await DetailsAsync(await AskAsync(browser, Answers()));
        var changed = new HashSet<string>();
        foreach (var question in Questions.Values)
        {
            var other = await DetailsAsync(await AskAsync(browser, Answers(question)));
            changed.UnionWith(first.Keys.Where(key => first[key] != other[key]));
        }

        // The language and the article are those of the page and do not change. When a call suits is asked on the private page.
        string[] others = [nameof(PatientDetails.Language), nameof(PatientDetails.CameFrom), nameof(PatientDetails.CallTimes)];
        Assert.Equal(
            first.Keys.Except(others).Order(StringComparer.Ordinal),
            changed.Order(StringComparer.Ordinal));
    }

    /// <param name="but">The question that gets its other answer.</param>
    private static List<KeyValuePair<string, string?>> Answers(Question? but = null) =>
        [.. Questions.Values.Select(question =>
            new KeyValuePair<string, string?>(question.Field, question == but ? question.Other : question.First))];

    private static async Task<string> AskAsync(Browser browser, IEnumerable<KeyValuePair<string, string?>> answers)
    {
        var sent = await browser.SubmitAsync(await browser.GetAsync(Path), RequestJourney.Form, answers);
        return ReferenceOn(await browser.GetAsync(sent.Location!));
    }

    private static string ReferenceOn(Answer receipt) => receipt.Page.QuerySelector("#reference")!.TextContent.Trim();

    private async Task<string> StoredAsync(string reference)
    {
        var request = await site.FindAsync(reference);
        return $"{request.ClinicSlug} {request.Visit} {JsonSerializer.Serialize(request.Details.Value)}";
    }

    private async Task<Dictionary<string, string>> DetailsAsync(string reference) =>
        JsonSerializer.SerializeToElement((await site.FindAsync(reference)).Details.Value)
            .EnumerateObject()
            .ToDictionary(detail => detail.Name, detail => detail.Value.GetRawText());

    private static async Task<string> FactsAsync(Browser staff, string reference) =>
        Answer.Words((await staff.GetAsync($"/staff/requests/{reference}")).Page.QuerySelector("main dl.facts")!);

    /// <summary>The row of the request, without its reference.</summary>
    private static string RowOf(string export, string reference) =>
        export.Split("\r\n").Single(line => line.StartsWith(reference, StringComparison.Ordinal))[reference.Length..];

    /// <param name="Field">The field name in the form.</param>
    /// <param name="NotExported">The reason why the export omits the question; null if the export includes it.</param>
    private sealed record Question(string Field, string? First, string Other, string? NotExported = null);
}
