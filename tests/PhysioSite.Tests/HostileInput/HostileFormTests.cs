using System.Globalization;
using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using MimeKit;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Email;
using PhysioSite.Text;

namespace PhysioSite.Tests.HostileInput;

/// <summary>
/// Sends every value of the corpus in every field of the form. The value is stored and shown according to the text rules, or refused at
/// its field with all input kept. The site itself never fails.
/// </summary>
public sealed class HostileFormTests(HostileSite site) : IClassFixture<HostileSite>
{
    private const string Inbox = "madison@cedarandstride.example";

    private static readonly string[] Typed = ["name", "access", "note", "phone", "email"];

    private static readonly string[] Headers =
    [
        "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To",
    ];

    public static TheoryData<string> Kinds => Corpus.Kinds;

    [Fact]
    public void Corpus_HasHundredsOfValues_AllDifferent()
    {
        Assert.True(Corpus.All.Count >= 800, $"{Corpus.All.Count} values");
        Assert.Equal(Corpus.All.Count, Corpus.All.Select(hostile => hostile.Encoded).Distinct().Count());
        Assert.True(Corpus.ByKind.Count >= 30, $"{Corpus.ByKind.Count} kinds");
        Assert.Equal(
            ["Ada\0Example", "\\u0000", "\u202Eada@example.com", new string('漢', 1000)],
            Corpus.All.Select(hostile => hostile.Text)
                .Where(text => text is "Ada\0Example" or "\u202Eada@example.com" or "\\u0000" || text == new string('漢', 1000))
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Post_AnythingInTheFieldsToTypeIn_IsStoredAsTheRulesSayOrRefusedAtItsField(string kind)
    {
        foreach (var hostile in Corpus.ByKind[kind])
        {
            await Failing.NamesAsync(hostile, () => PostAsync(hostile));
        }
    }

    [Fact]
    public void Post_RandomText_IsStoredAsTheRulesSayOrRefusedAtItsField() => RandomText.Check(40, (hostile, _) => PostAsync(hostile));

    private async Task PostAsync(Hostile hostile)
    {
        var key = site.NewKey();
        var answers = HostileSite.Valid.ToDictionary(pair => pair.Key, pair => Uri.EscapeDataString(pair.Value));
        foreach (var field in Typed)
        {
            answers[field] = hostile.Encoded;
        }

        var answer = await site.PostAsync(key, answers.Select(pair => (pair.Key, pair.Value)));
        if (hostile.Bytes.Contains((byte)0))
        {
            AssertIsNoForm(answer);
            return;
        }

        if (answer.Status == HttpStatusCode.BadRequest)
        {
            answer.AssertInert();
            var refused = answer.Refused();
            Assert.NotEmpty(refused);
            Assert.Empty(refused.Except(Typed));
            Assert.All(Typed, field => Assert.Equal(
                hostile.IsText ? Redisplayed(hostile.Text) : answer.Typed("name"),
                answer.Typed(field)));
            foreach (var field in refused)
            {
                answers[field] = Uri.EscapeDataString(HostileSite.Valid[field]);
            }

            answer = await site.PostAsync(key, answers.Select(pair => (pair.Key, pair.Value)));
        }

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        var request = await site.ReceivedAsync(answer.Location!);
        var details = request.Details.Value!;
        Assert.All([details.Name, details.Access, details.Note, details.Phone, details.Email], AssertPlain);
        if (hostile.IsText)
        {
            Assert.Equal(answers["name"] == hostile.Encoded ? UserText.OneLine(hostile.Text) : HostileSite.Valid["name"], details.Name);
            Assert.Equal(answers["access"] == hostile.Encoded ? UserText.OneLine(hostile.Text) : null, details.Access);
            Assert.Equal(answers["note"] == hostile.Encoded ? UserText.Lines(hostile.Text) : null, details.Note);
        }

        await AssertShownAsync(request);
        await AssertMailedAsync(request);
    }

    /// <summary>Valid text has no NUL, and no browser sends one. A body that contains a NUL is not read as a form.</summary>
    private static void AssertIsNoForm(Answer answer)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("We could not read that", answer.Main, StringComparison.Ordinal);
    }

    /// <summary>A value of only spaces is equivalent to an empty value.</summary>
    private static string Redisplayed(string text) => string.IsNullOrWhiteSpace(text) ? "" : HostileSteps.InHtml(text);

    /// <summary>Repeats the text rules independently: stored text is readable, has no bidirectional controls, and is normalized.</summary>
    private static void AssertPlain(string? text)
    {
        text ??= "";
        Assert.DoesNotMatch(@"[\p{Cc}-[\n\t]]|[\u202A-\u202E\u2066-\u2069\u200B\uFEFF\uFFFD\uFFFE\uFFFF]", text);
        Assert.True(text.IsNormalized(NormalizationForm.FormC));
        Assert.Equal(text.Trim(), text);
    }

    private async Task AssertShownAsync(AppointmentRequest request)
    {
        var page = await site.Desk.GetAsync($"/staff/requests/{request.Reference}");
        page.AssertInert();
        var shown = page.Page.QuerySelectorAll("dl.facts > div").ToDictionary(
            fact => fact.QuerySelector("dt")!.TextContent,
            fact => fact.QuerySelector("dd")!.TextContent);
        Assert.Equal(
            (request.Details.Value!.Name, request.Details.Value!.Access ?? "None", request.Details.Value!.Note ?? "None"),
            (shown["Name"], shown["Language or access"], shown["Note"]));
        Assert.Equal(
            (PhoneNumber.Show(request.Details.Value!.Phone), request.Details.Value!.Email),
            (page.Page.QuerySelector("dl.facts a[href^='tel:']")?.TextContent, shown.GetValueOrDefault("Email")));
        Assert.DoesNotContain(
            page.Page.QuerySelectorAll("main a[href^='mailto:']"),
            link => link.GetAttribute("href")!.Contains('?', StringComparison.Ordinal));
    }

    /// <summary>Emails go only to the clinic and the patient. In the email to the clinic, the name is on a separate line.</summary>
    private async Task AssertMailedAsync(AppointmentRequest request)
    {
        var mails = await site.ReadMailsAsync(request.Reference);
        Assert.Equal(
            new[] { Inbox, request.Details.Value!.Email }.OfType<string>().Order(StringComparer.Ordinal),
            mails.Select(mail => mail.Headers[HeaderId.To]).Order(StringComparer.Ordinal));
        Assert.All(mails, mail => Assert.Equal(
            Headers,
            mail.HeaderNames()
                .Where(header => header != "Reply-To" && !header.StartsWith("X-", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)));
        Assert.All(
            mails.SelectMany(mail => mail.ReplyTo.Mailboxes),
            reply => Assert.Contains(reply.Address, new[] { Inbox, request.Details.Value!.Email }));
        var toClinic = mails.Single(mail => mail.Headers[HeaderId.To] == Inbox);
        Assert.Contains($"\nName: {request.Details.Value!.Name}\n", toClinic.TextBody, StringComparison.Ordinal);
        var html = new HtmlParser().ParseDocument(toClinic.HtmlBody!);
        var elements = html.QuerySelectorAll("body *").Select(element => element.LocalName);
        Assert.Empty(elements.Except(["p", "table", "tbody", "tr", "th", "td", "a"]));
        var nameRow = html.QuerySelectorAll("tr").Single(row => row.QuerySelector("th")!.TextContent == "Name");
        Assert.Equal(request.Details.Value!.Name, nameRow.QuerySelector("td")!.TextContent);
        Assert.Equal(
            $"https://www.physiosite.example/staff/requests/{request.Reference}",
            Assert.Single(html.QuerySelectorAll("a")).GetAttribute("href"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Post_AnythingInTheFieldsToChooseFrom_IsRefusedOrMeansNothing(string kind)
    {
        var chosen = site.Fields.Except([.. Typed, "form-key"]).ToList();
        foreach (var hostile in Corpus.ByKind[kind])
        {
            await Failing.NamesAsync(hostile, async () =>
            {
                var answer = await site.PostAsync(site.NewKey(), Fill([.. chosen], hostile));
                answer.AssertInert();
                answer.AssertIs(HttpStatusCode.BadRequest, HttpStatusCode.Redirect);
                if (hostile.Bytes.Contains((byte)0))
                {
                    AssertIsNoForm(answer);
                }
                else if (answer.Status == HttpStatusCode.BadRequest)
                {
                    Assert.NotEmpty(answer.Refused());
                    Assert.Empty(answer.Refused().Except(chosen));
                }
            });
        }
    }

    [Fact]
    public void Post_RandomTextInTheFieldsToChooseFrom_IsRefusedOrMeansNothing() => RandomText.Check(20, async (hostile, _) =>
    {
        var answer = await site.PostAsync(site.NewKey(), Fill([.. site.Fields.Except([.. Typed, "form-key"])], hostile));
        answer.AssertInert();
        answer.AssertIs(HttpStatusCode.BadRequest, HttpStatusCode.Redirect);
    });

    [Fact]
    public async Task Post_SomethingOfEachKindInOneFieldToChooseFrom_IsRefusedThereAlone()
    {
        foreach (var (field, i) in site.Fields.Except(Typed).Select((field, i) => (field, i)))
        {
            foreach (var hostile in Corpus.Sample(1, seed: i))
            {
                await Failing.NamesAsync(hostile, async () =>
                {
                    var answer = field == "form-key"
                        ? await site.PostAsync(hostile.Encoded, Fill([], hostile))
                        : await site.PostAsync(site.NewKey(), Fill([field], hostile));
                    answer.AssertInert();
                    if (answer.Status == HttpStatusCode.BadRequest)
                    {
                        // A video visit at a clinic without video, or a ZIP code that only a choice of clinic replaces, causes an error
                        // at a related field.
                        Assert.Empty(answer.Refused().Except(field is "clinic" or "visit" ? [field, "zip", "visit"] : [field]));
                    }
                    else
                    {
                        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
                        Assert.Equal("Ada Example", (await site.ReceivedAsync(answer.Location!)).Details.Value!.Name);
                    }
                });
            }
        }
    }

    /// <summary>For a field that is sent twice, the first value is used. The values are never joined.</summary>
    [Theory]
    [InlineData("name", "Ada Example", "Eve Other")]
    [InlineData("email", "ada@patients.example", "eve@other.example")]
    [InlineData("phone", "+16085550142", "+16085550199")]
    [InlineData("note", "first", "second")]
    [InlineData("contact", "text", "email")]
    public async Task Post_FieldTwice_TakesTheFirst(string field, string first, string second)
    {
        var answer = await site.PostAsync(
            site.NewKey(),
            [
                (field, Uri.EscapeDataString(first)),
                (field, Uri.EscapeDataString(second)),
                .. Fill([], null).Where(pair => pair.Name != field),
            ]);

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        var stored = (await site.ReceivedAsync(answer.Location!)).Details.Value!;
        Assert.Equal(first, field switch
        {
            "name" => stored.Name,
            "email" => stored.Email,
            "phone" => stored.Phone,
            "note" => stored.Note,
            _ => stored.Contact.ToString().ToLower(CultureInfo.InvariantCulture),
        });
    }

    [Theory]
    [InlineData("name%5B%5D")]
    [InlineData("name%5B0%5D")]
    [InlineData("name.length")]
    [InlineData("Form.Name")]
    [InlineData("Form%5BName%5D")]
    [InlineData("__proto__")]
    [InlineData("constructor.prototype")]
    [InlineData("Request.State")]
    [InlineData("Details.Name")]
    [InlineData("Key.Hash")]
    [InlineData("Library.Site")]
    [InlineData("Errors%5B0%5D.ErrorMessage")]
    [InlineData("Trouble")]
    [InlineData("handler")]
    [InlineData("wishes%5B999999999%5D")]
    [InlineData("wishes%5B-1%5D")]
    [InlineData("wishes.index")]
    [InlineData("wishes.id")]
    [InlineData("%EF%BF%BE")]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("%")]
    public async Task Post_FieldThatIsNotOurs_ChangesNothing(string name)
    {
        var answer = await site.PostAsync(site.NewKey(), [.. Fill([], null), (name, "Eve%20Other")]);

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        var request = await site.ReceivedAsync(answer.Location!);
        Assert.Equal(("Ada Example", RequestState.New), (request.Details.Value!.Name, request.State));
        Assert.Empty(request.Details.Value!.PreferredTimes);
    }

    [Fact]
    public async Task Post_EachFieldLeftOut_IsRefusedOrTakenWithoutIt()
    {
        foreach (var field in site.Fields.Where(field => field != "form-key"))
        {
            var answer = await site.PostAsync(site.NewKey(), Fill([], null).Where(pair => pair.Name != field));

            answer.AssertInert();
            Assert.Equal(field is "zip" or "name" or "phone" ? [field] : [], answer.Refused());
        }
    }

    [Theory]
    [InlineData("NAME")]
    [InlineData("Name")]
    public async Task Post_FieldInAnotherCase_IsTheField(string name)
    {
        var answer = await site.PostAsync(site.NewKey(), [.. Fill([], null).Where(pair => pair.Name != "name"), (name, "Ada%20Example")]);

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
    }

    private static IEnumerable<(string Name, string Encoded)> Fill(string[] fields, Hostile? hostile) =>
        HostileSite.Valid.Where(pair => !fields.Contains(pair.Key)).Select(pair => (pair.Key, Uri.EscapeDataString(pair.Value)))
            .Concat(fields.Select(field => (field, hostile!.Encoded)));
}
