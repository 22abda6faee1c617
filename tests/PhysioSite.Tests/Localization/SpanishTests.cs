using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using PhysioSite.Content.Model;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.Localization;

/// <summary>A patient can go from the home page to the withdrawal of a request in Spanish, with no English text on the pages.</summary>
public sealed partial class SpanishTests(StaffedSite site) : IClassFixture<StaffedSite>
{
    private const string Path = "/es/request-appointment";

    [Fact]
    public async Task Ask_InSpanish_ReceiptPrivatePageAndMailAreSpanishAndTheClinicsMailEnglish()
    {
        using var browser = site.Open();

        var sent = await browser.SubmitAsync(
            await browser.GetAsync(Path),
            RequestJourney.Form,
            RequestJourney.Answers(("email", "ana@example.com"), ("wishes", "monday-morning")));
        Assert.Equal(HttpStatusCode.Redirect, sent.Status);
        Assert.StartsWith("/es/request-appointment/receipt/", sent.Location, StringComparison.Ordinal);
        var receipt = await browser.GetAsync(sent.Location!);
        var reference = receipt.Page.QuerySelector("#reference")!.TextContent.Trim();

        Assert.Equal("es", receipt.Page.DocumentElement.GetAttribute("lang"));
        Assert.Contains("martes 17 de noviembre", receipt.Main, StringComparison.Ordinal);
        Assert.Contains("(hora del Centro)", receipt.Main, StringComparison.Ordinal);
        Assert.Contains("0.2 millas", receipt.Main, StringComparison.Ordinal);
        Assert.Contains("Lunes por la mañana", receipt.Main, StringComparison.Ordinal);

        var statusPath = receipt.Page.QuerySelector("main a[href^='/es/requests/']")!.GetAttribute("href")!;
        var status = await browser.GetAsync(statusPath);
        Assert.Equal("es", status.Page.DocumentElement.GetAttribute("lang"));
        Assert.Contains(reference, status.Main, StringComparison.Ordinal);

        var mails = await site.MailsAsync(reference);
        var toClinic = mails.Single(mail => mail.Kind == EmailKind.ClinicNotice).Content.Value!;
        var toPatient = mails.Single(mail => mail.Kind == EmailKind.PatientConfirmation).Content.Value!;
        Assert.Contains("lang=\"es\"", toPatient.Html, StringComparison.Ordinal);
        Assert.Contains("martes 17 de noviembre", toPatient.Text, StringComparison.Ordinal);
        Assert.Contains(statusPath, toPatient.Text, StringComparison.Ordinal);
        Assert.Contains("lang=\"en\"", toClinic.Html, StringComparison.Ordinal);
        Assert.Contains("Tuesday, November 17", toClinic.Text, StringComparison.Ordinal);
        Assert.Contains("Monday morning", toClinic.Text, StringComparison.Ordinal);
        Assert.Contains("Language: Spanish", toClinic.Text, StringComparison.Ordinal);
        Assert.Equal("Spanish", (await site.OnTheDeskAsync(reference))["Language of the form"]);

        var withdrawn = await browser.SubmitAsync(status, RequestJourney.Form, []);
        Assert.Equal(HttpStatusCode.Redirect, withdrawn.Status);
        Assert.Equal(statusPath, withdrawn.Location);
    }

    /// <summary>The token in the URLs is case-sensitive.</summary>
    [Fact]
    public async Task PrivatePages_InTheOtherLanguage_AreThePatientsOwn()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var status = await browser.GetAsync(receipt.StatusPath);

        foreach (var page in new[] { receipt.Page, status })
        {
            var spanish = await browser.GetAsync(page.Page.QuerySelector("a[lang='es']")!.GetAttribute("href")!);

            Assert.Equal((HttpStatusCode.OK, "es"), (spanish.Status, spanish.Page.DocumentElement.GetAttribute("lang")));
            Assert.Contains(receipt.Reference, spanish.Main, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ask_InEnglish_StaffSeeEnglishAndTheMailDoesNotSaySo()
    {
        using var browser = site.Open();

        var receipt = await browser.AskAsync();

        Assert.Equal("English", (await site.OnTheDeskAsync(receipt.Reference))["Language of the form"]);
        var mail = (await site.MailsAsync(receipt.Reference)).Single();
        Assert.DoesNotContain("Language", mail.Content.Value!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/es/request-appointment?from=shin-splints", "/request-appointment", "en", "Request an appointment")]
    [InlineData("/request-appointment?from=shin-splints", "/es/request-appointment", "es", "Solicit")]
    public async Task LanguageButton_OnAHalfFilledForm_KeepsEverythingTyped(string from, string to, string language, string heading)
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(from);
        var button = page.Page.QuerySelector($"header button[form=request][lang={language}]")!;
        var form = (AngleSharp.Html.Dom.IHtmlFormElement)page.Page.GetElementById("request")!;
        var typed = Browser.Filled(form, RequestJourney.Answers(
            ("name", "Zoë Ñandú"), ("contact", "email"), ("email", "not yet"), ("wishes", "tuesday-evening"),
            ("note", "Line 1\nLine 2"), ("message-ok", "yes"), ("seen-before", "yes"), ("zip", "537")));

        using var response = await browser.Client.PostAsync(button.GetAttribute("formaction"), new FormUrlEncodedContent(typed));
        var switched = new Answer(response, await response.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.OK, switched.Status);
        Assert.Equal(language, switched.Page.DocumentElement.GetAttribute("lang"));
        Assert.StartsWith(heading, Answer.Words(switched.Page.QuerySelector("h1")!), StringComparison.Ordinal);
        Assert.Empty(switched.Page.QuerySelectorAll(".error"));
        var again = (AngleSharp.Html.Dom.IHtmlFormElement)switched.Page.GetElementById("request")!;
        Assert.Equal(to, again.GetAttribute("action"));
        Assert.Equal(
            Known(typed),
            Known(Browser.Filled(again, [])));

        // The form can be sent from this page: the submission key is still the one of the first page.
        var sent = await browser.SubmitAsync(switched, "#request", RequestJourney.Answers(("contact", "call"), ("email", null)));
        Assert.Equal(HttpStatusCode.Redirect, sent.Status);

        static IEnumerable<KeyValuePair<string, string>> Known(IEnumerable<KeyValuePair<string, string>> fields) => fields
            .Where(field => field.Key != "__RequestVerificationToken" && field.Value is not ("" or "any"))
            .Select(field => KeyValuePair.Create(field.Key, field.Value.ReplaceLineEndings("\n")))
            .OrderBy(field => field.Key, StringComparer.Ordinal).ThenBy(field => field.Value, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Form_OpenedAtTheAddressAChangeOfLanguageLeft_CanBeSent()
    {
        using var browser = site.Open();

        var sent = await browser.SubmitAsync(await browser.GetAsync($"{Path}?handler=language"), "#request", RequestJourney.Answers());

        Assert.Equal(HttpStatusCode.Redirect, sent.Status);
    }

    [Theory]
    [InlineData("/clinics?zip=53703", "/es/clinics?zip=53703")]
    [InlineData("/es/clinics?zip=53703", "/clinics?zip=53703")]
    [InlineData("/articles/shin-splints", "/es/articles/shin-splints")]
    [InlineData("/articles/ankle-pain-from-running", "/es/articles/ankle-pain-from-running")]
    [InlineData("/careers", "/es/careers")]
    [InlineData("/es/careers/physical-therapist-madison", "/careers/physical-therapist-madison")]
    [InlineData("/es/privacy", "/privacy")]
    [InlineData("/nowhere", "/es/")]
    public async Task LanguageLink_OfAPage_LeadsToTheSamePageOrTheNearest(string from, string to)
    {
        using var browser = site.Open();

        var link = (await browser.GetAsync(from)).Page.QuerySelector("header .languages a[hreflang]")!;

        Assert.Equal(to, link.GetAttribute("href"));
        Assert.Equal(link.GetAttribute("hreflang"), link.GetAttribute("lang"));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(to)).Status);
    }

    [Theory]
    [InlineData("/es/careers/no-such-position", HttpStatusCode.NotFound)]
    [InlineData("/es/staff/sign-in", HttpStatusCode.NotFound)]
    [InlineData("/es/healthz", HttpStatusCode.NotFound)]
    [InlineData("/es/articles/no-such-article", HttpStatusCode.NotFound)]
    [InlineData("/es/es/clinics", HttpStatusCode.NotFound)]
    [InlineData("/essay", HttpStatusCode.NotFound)]
    [InlineData("/es", HttpStatusCode.MovedPermanently)]
    public async Task Get_OfWhatIsNotThereInSpanish_SaysSo(string path, HttpStatusCode status)
    {
        using var browser = site.Open();

        Assert.Equal(status, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task EmptyForm_InSpanish_IsAnsweredInSpanish()
    {
        using var browser = site.Open();

        var answer = await browser.SubmitAsync(
            await browser.GetAsync(Path),
            RequestJourney.Form,
            RequestJourney.Answers(("zip", ""), ("name", ""), ("phone", "")));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("Error", answer.Page.Title, StringComparison.Ordinal);
        var errors = answer.Page.QuerySelectorAll("#error-summary a").Select(link => link.TextContent).ToList();
        Assert.Equal(3, errors.Count);
        Assert.All(errors, error => Assert.DoesNotMatch(@"\b(Enter|your|the)\b", error));
    }

    /// <summary>Each page links to its other language in both directions, as search engines require.</summary>
    [Theory]
    [MemberData(nameof(PublicPages.All), MemberType = typeof(PublicPages))]
    public async Task Alternates_OfEveryPage_NameEachLanguageItIsThereIn(string path)
    {
        using var browser = site.Open();

        var alternates = (await browser.GetAsync(path)).Page.QuerySelectorAll("link[rel=alternate][hreflang]")
            .ToDictionary(
                link => link.GetAttribute("hreflang")!,
                link => link.GetAttribute("href")!["https://www.physiosite.example".Length..]);

        var english = path == "/es/" ? "/" : path.StartsWith("/es/", StringComparison.Ordinal) ? path[3..] : path;
        var spanish = "/es" + english;
        Assert.Equal(
            PublicPages.Paths.Contains(spanish)
                ? new Dictionary<string, string> { ["en"] = english, ["es"] = spanish, ["x-default"] = english }
                : [],
            alternates);
    }

    [Fact]
    public void Terms_OfTheClinics_AllHaveASpanishWord()
    {
        var english = PublicPages.Content.Clinics.OrderBy(clinic =>
            PublicPages.Spanish.Clinics.Index().First(item => item.Item.Slug == clinic.Slug).Index);
        var same = PublicPages.Spanish.Clinics.Zip(english)
            .SelectMany(pair => TermsOf(pair.First).Zip(TermsOf(pair.Second)))
            .SelectMany(lists => lists.First.Zip(lists.Second))
            .Concat(PublicPages.Spanish.Therapists.Zip(PublicPages.Content.Therapists).SelectMany(pair =>
                pair.First.Specialties.Concat(pair.First.Languages).Zip(pair.Second.Specialties.Concat(pair.Second.Languages))))
            .Where(term => term.First == term.Second)
            .Select(term => term.First)
            .Distinct();

        Assert.Empty(same.Except(["Hmong"]));
    }

    /// <summary>Words that do not occur in Spanish must not appear on a Spanish page outside elements that are marked as English.</summary>
    [Theory]
    [MemberData(nameof(SpanishPaths))]
    public async Task Page_InSpanish_HasNoEnglishSentence(string path)
    {
        using var browser = site.Open();
        var page = (await browser.GetAsync(path)).Page;
        foreach (var element in page.QuerySelectorAll("[lang=en], cite, script, .people strong, .on-paper").ToList())
        {
            element.Remove();
        }

        var texts = page.All.SelectMany(element => element.ChildNodes.OfType<IText>()).Select(text => text.Data);
        var attributes = page.All.Select(element =>
            element.GetAttribute("aria-label") ?? element.GetAttribute("alt") ?? element.GetAttribute("placeholder") ?? "");
        var words = English().Matches(string.Join(' ', texts.Concat(attributes)));

        Assert.Empty(words.Select(word => word.Value));
    }

    public static TheoryData<string> SpanishPaths =>
        [.. PublicPages.Paths.Where(path => path.StartsWith("/es/", StringComparison.Ordinal))];

    private static IReadOnlyList<string>[] TermsOf(Clinic clinic) =>
    [
        clinic.Services,
        clinic.Languages,
        [.. clinic.Hours.Exceptions.Select(day => day.Reason)],
    ];

    [GeneratedRegex(@"\b(the|and|you|your|with|for|of|at|from|this|what|when|where|have|will|are)\b", RegexOptions.IgnoreCase)]
    private static partial Regex English();
}
