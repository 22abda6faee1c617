using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Content.Reading;

namespace PhysioSite.Tests.Content;

public sealed class ContentProblemsTests : IDisposable
{
    private const string About = "pages/about.md";

    private readonly ContentCopy _copy = new();

    public ContentProblemsTests()
    {
        _copy.Write("images/door.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>");
    }

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void Content_WithMistakesInManyFiles_ListsAllOfThemWithFileAndLine()
    {
        (string File, int Line, string Says)[] expected =
        [
            (
                "articles/ankle-pain-from-running.md",
                _copy.Replace("articles/ankle-pain-from-running.md", "published: 2026-08-25", "published: 25.08.2026"),
                "\"published\" is \"25.08.2026\""
            ),
            ("articles/running-with-sore-legs.md", 2, "\"summary\" is missing"),
            (
                "articles/shin-splints.md",
                _copy.Replace("articles/shin-splints.md", "bodyAreas:\n  - shin\n", "bodyAreas:\n  - shinn\n"),
                "\"bodyAreas\" is \"shinn\""
            ),
            (
                "careers/physical-therapist-denver.md",
                _copy.Replace("careers/physical-therapist-denver.md", "clinic: denver", "clinic: dever"),
                "\"clinic\" is \"dever\""
            ),
            (
                "clinics/boston.md",
                _copy.Replace("clinics/boston.md", "monday: \"07:00-19:30\"", "monday: \"7-19:30\""),
                "The hours \"7-19:30\" cannot be read"
            ),
            (
                "clinics/denver.md",
                _copy.Replace(
                    "clinics/denver.md",
                    "exceptions:\n",
                    "exceptions:\n  - date: 2027-02-12\n    hours: closed\n    reason: Staff training\n"),
                "2027-02-12 is listed twice"
            ),
            (
                "clinics/madison.md",
                _copy.Replace("clinics/madison.md", "America/Chicago", "America/Chcago"),
                "\"timeZone\" is \"America/Chcago\""
            ),
            ("clinics/oakland.md", 2, "\"parking\" is missing"),
            ("clinics/oakland.md", _copy.Replace("clinics/oakland.md", "parking:", "parkng:"), "\"parkng\" is not a key used here"),
            (About, _copy.Append(About, "# Another title"), "only first-level heading"),
            (About, _copy.Append(About, "::: booking Book now\nNow.\n:::"), "\":::booking\" is not known"),
            (
                About,
                _copy.Append(About, "Words before it.\nThe door: ![](/images/door.svg)"),
                "needs a text alternative"
            ),
            (
                About,
                _copy.Append(About, "One line.\nAnother.\nSee [our clinics](/clinics/atlantis)."),
                "\"/clinics/atlantis\" leads nowhere"
            ),
            (About, _copy.Append(About, "- a list\n- [press here](javascript:alert(1))"), "\"javascript:alert(1)\" leads nowhere"),
            ("es/pages/accessibility.md", 1, "The file is missing"),
            ("pages/accessibility.md", 1, "The file is missing"),
            (
                "pages/privacy.md",
                _copy.Replace("pages/privacy.md", "updated: 2026-11-22", "updated: [2026-11-22"),
                "This is not valid YAML"
            ),
        ];
        var summary = _copy.Read("articles/running-with-sore-legs.md")
            .Split('\n')
            .Single(line => line.StartsWith("summary:", StringComparison.Ordinal));
        _copy.Replace("articles/running-with-sore-legs.md", summary + "\n", "");
        _copy.Delete("pages/accessibility.md");
        _copy.Delete("es/pages/accessibility.md");
        foreach (var (says, below) in new[] { ("needs a text alternative", 1), ("atlantis", 2), ("javascript", 1), ("not valid YAML", 1) })
        {
            var at = Array.FindIndex(expected, item => item.Says.Contains(says, StringComparison.Ordinal));
            expected[at].Line += below;
        }

        var problems = Problems();

        Assert.All(expected, item => Assert.True(
            problems.Any(problem =>
                problem.File == item.File
                && problem.Line == item.Line
                && problem.Message.Contains(item.Says, StringComparison.Ordinal)),
            $"Not found: {item.File}:{item.Line}: {item.Says}\nReported:\n{string.Join('\n', problems)}"));
        Assert.True(expected.Length == problems.Count, $"Also reported:\n{string.Join('\n', problems)}");
        Assert.Equal(problems.OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line), problems);
    }

    [Fact]
    public void ContentLibrary_WithMistakes_ThrowsOneMessageThatListsThem()
    {
        var hours = _copy.Replace("clinics/boston.md", "monday: \"07:00-19:30\"", "monday: \"19:30-07:00\"");
        var link = _copy.Append(About, "[Nowhere](/nowhere)");

        var thrown = Assert.Throws<ContentException>(() => new ContentLibrary(_copy.Folder, NullLogger<ContentLibrary>.Instance));

        Assert.Contains("2 problems", thrown.Message, StringComparison.Ordinal);
        Assert.Contains($"content/clinics/boston.md:{hours}: The hours", thrown.Message, StringComparison.Ordinal);
        Assert.Contains($"content/{About}:{link}: The link to \"/nowhere\"", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(_copy.Folder, thrown.Message, StringComparison.Ordinal);
        Assert.Equal(2, thrown.Problems.Count);
    }

    /// <summary>Files that operating systems and editors leave, some with bytes that are no text.</summary>
    [Theory]
    [InlineData("articles/._shin-splints.md")]
    [InlineData(".drafts/shin-splints.md")]
    [InlineData("articles/~$in-splints.md")]
    [InlineData("articles/shin-splints.md~")]
    [InlineData("clinics/.#madison.md")]
    [InlineData("images/._door.svg")]
    public void File_HiddenOrTemporary_IsSkipped(string file)
    {
        _copy.Write(file, "\0\u0005\u0016\a");

        Assert.Empty(Problems());
    }

    [Theory]
    [InlineData("articles/New-one.MD")]
    [InlineData("articles/new-one.markdown")]
    [InlineData("clinics/hours.yaml")]
    public void File_WithAnotherSpellingOfItsExtension_IsReported(string file)
    {
        _copy.Write(file, "Words");

        var problem = Assert.Single(Problems());
        Assert.Equal(file, problem.File);
        Assert.Contains("This file is not used. Markdown files end in .md", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_InAnotherEncoding_IsReportedWithItsLine()
    {
        var line = _copy.Append(About, "The runners\u2019 knees.");
        File.WriteAllBytes(
            Path.Combine(_copy.Folder, About), Encoding.Latin1.GetBytes(_copy.Read(About).Replace('\u2019', '\u0092')));

        Assert.Contains(Problems(), problem => problem.File == About
            && problem.Line <= line
            && problem.Message.Contains("Save the file in the encoding UTF-8", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Before. <!-- ask Priya --> After.", "is shown to readers")]
    [InlineData("<!--\nask Priya\n-->", "is shown to readers")]
    [InlineData("![The door](https://www.physiosite.example/door.svg)", "is not shown. Put it in the folder images")]
    [InlineData("![The door](door.svg)", "is not shown. Put it in the folder images")]
    [InlineData("![The door](/images/window.svg)", "leads nowhere")]
    public void Text_ThatReadersWouldNotSeeAsMeant_IsReported(string markdown, string says)
    {
        var line = _copy.Append(About, markdown);

        Assert.Contains(Problems(), problem =>
            problem.File == About && problem.Line == line && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("`<!-- a comment -->` and `<br>` in code, 3 < 4 and 5 > 4, a & b, &nbsp; and <https://www.physiosite.example/>.")]
    [InlineData("![The door](/images/door.svg)")]
    [InlineData("![The door](/images/d%6For.svg)")]
    public void Text_ThatBrowsersDisplay_IsAccepted(string markdown)
    {
        _copy.Append(About, markdown);

        Assert.Empty(Problems());
    }

    [Theory]
    [InlineData("name: Cedar & Stride Physical Therapy", "nam: Cedar", "\"nam\" is not a key used here")]
    [InlineData("phone: (608) 555-0100", "phone: 608 555 010", "\"phone\" is \"608 555 010\". Write a phone number like (608) 555-0142.")]
    [InlineData("phone: (608) 555-0100", "phone: 608 555 0100 or 0101", "\"phone\" is \"608 555 0100 or 0101\"")]
    [InlineData(
        "email: hello@cedarandstride.example",
        "email: hello at cedarandstride.example",
        "\"email\" is \"hello at cedarandstride.example\"")]
    [InlineData("  America/Phoenix: Arizona Time", "  America/Nowhere: Arizona Time", "\"America/Nowhere\" is not a time zone")]
    [InlineData("  - id: ankle\n", "  - id: foot\n", "The id \"foot\" is used twice in \"bodyAreas\"")]
    [InlineData("  - id: hannah-lindqvist\n", "  - id: priya-raman\n", "The id \"priya-raman\" is used twice in \"people\"")]
    [InlineData("  - id: midday\n", "  - id: morning\n", "The id \"morning\" is used twice in \"partsOfDay\"")]
    [InlineData("  WI: \"In Wisconsin", "  ZZ: \"In Wisconsin", "Add its rule under referralRules")]
    [InlineData(
        "managersInbox: managers@cedarandstride.example",
        "",
        "\"managersInbox\" is missing. Write the email address of the person who is told")]
    [InlineData(
        "managersInbox: managers@cedarandstride.example",
        "managersInbox: [a@cedarandstride.example, nobody]",
        "\"managersInbox\" is \"nobody\"")]
    public void SiteFile_WithAMistake_IsReported(string right, string wrong, string says)
    {
        _copy.Replace("site.yml", right, wrong);

        Assert.Contains(Problems(), problem => problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(
        "articles/shin-splints.md",
        "reviewedBy: priya-raman",
        "reviewedBy: daniel-okafor",
        "reviewed by someone other than its author")]
    [InlineData("articles/shin-splints.md", "nextReview: 2027-09-22", "nextReview: 2026-09-22", "must be after")]
    [InlineData("articles/shin-splints.md", "nextReview: 2027-09-22", "nextReview: 2027-02-30", "Write a date")]
    [InlineData(
        "articles/shin-splints.md",
        "::: appointment Request an appointment for shin pain",
        "::: appointment",
        "words of the button")]
    [InlineData("articles/shin-splints.md", "    url: https://www.nhs.uk", "    url: http://www.nhs.uk", "starts with https://")]
    [InlineData("clinics/madison.md", "latitude: 43.0752", "latitude: 143.0752", "between -90 and 90")]
    [InlineData("clinics/madison.md", "visits: [clinic, video]", "visits: [clinic, vidio]", "\"visits\" is \"vidio\"")]
    [InlineData(
        "clinics/virtual-care.md", "licensedStates: [AZ, CA,", "licensedStates: [AZ, California,", "\"licensedStates\" is \"California\"")]
    [InlineData("clinics/madison.md", "inbox: madison@cedarandstride.example", "inbox: madison", "\"inbox\" is \"madison\"")]
    [InlineData(
        "clinics/madison.md",
        "backupInbox: front-desk@cedarandstride.example",
        "backupInbox: front desk",
        "\"backupInbox\" is \"front desk\"")]
    [InlineData("clinics/madison.md", "plans: [medicare,", "plans: [medicair,", "\"plans\" has \"medicair\"")]
    [InlineData("clinics/madison.md", "fax: \"(608) 555-", "fax: \"608) 55-", "\"fax\" is")]
    [InlineData("pages/running-assessment.md", "service: Running assessment", "service: Running asessment", "No clinic offers")]
    [InlineData("clinics/madison.md", "friday: \"07:00-17:00\"", "friday: \"13:00-17:00, 07:00-12:00\"", "in order")]
    [InlineData("careers/physical-therapist-denver.md", "  to: 53.00", "  to: 43.00", "must not be less than \"pay.from\"")]
    [InlineData("careers/physical-therapist-denver.md", "  per: hour", "  per: day", "\"pay.per\" is \"day\"")]
    [InlineData("careers/physical-therapist-denver.md", "closes: 2027-07-31", "closes: 2026-07-31", "must not be before")]
    [InlineData(
        "careers/physical-therapist-denver.md",
        "title: \"Physical therapist, part-time\"",
        "title: \"Physical therapist, part-time\"\ntitle: Twice",
        "not valid YAML")]
    public void File_WithAMistake_IsReportedAtItsLine(string file, string right, string wrong, string says)
    {
        var line = _copy.Replace(file, right, wrong);

        var problem = Assert.Single(Problems());

        Assert.Equal(file, problem.File);
        Assert.InRange(problem.Line, line, line + wrong.Count(character => character == '\n'));
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Article_WithOneCallToAction_IsReported()
    {
        _copy.Replace(
            "articles/shin-splints.md",
            "::: appointment Request an appointment for shin pain\n"
            + "Shin splints that are seen early are usually quicker to settle.\n"
            + ":::\n",
            "");

        Assert.Contains("this one has 1", Assert.Single(Problems()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Link_InAnAnswerOfTheFrontMatter_IsReportedAtItsLine()
    {
        var line = _copy.Replace("articles/shin-splints.md", "No. Some runners find", "[No](/nowhere). Some runners find");

        var problem = Assert.Single(Problems());

        Assert.Contains("/nowhere", problem.Message, StringComparison.Ordinal);
        Assert.Equal(line, problem.Line);
    }

    [Theory]
    [InlineData("clinics/Madison West.md", "use lower-case letters")]
    [InlineData("notes.md", "This file is not used")]
    [InlineData("articles/drafts/idea.md", "This file is not used")]
    [InlineData("pages/staff.md", "The address /staff is taken")]
    [InlineData("pages/healthz.md", "The address /healthz is taken")]
    public void File_ThatDoesNotBelong_IsReported(string file, string says)
    {
        _copy.Write(file, "---\ntitle: A page\n---\n\nText.\n");

        Assert.Contains(Problems(), problem => problem.File == file && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Text without front matter.")]
    [InlineData("---\ntitle: Never closed\n")]
    [InlineData("---\n---\n")]
    [InlineData("---\n- a list\n---\nText.\n")]
    public void File_WithoutFrontMatter_IsReported(string text)
    {
        _copy.Write(About, text);

        Assert.All(Problems(), problem => Assert.Equal(About, problem.File));
        Assert.NotEmpty(Problems());
    }

    [Fact]
    public void Clinic_ThatCannotBeRead_IsTheOnlyOneReported()
    {
        _copy.Replace("clinics/madison.md", "visits: [clinic, video]", "visits: [clinic, video");

        Assert.All(Problems(), problem => Assert.Equal("clinics/madison.md", problem.File));
        Assert.NotEmpty(Problems());
    }

    [Theory]
    [InlineData("Some <b onclick=\"alert(1)\">bold</b> words.")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<div style=\"color:red\">Box</div>")]
    [InlineData("See <img src=\"/images/door.svg\" alt=\"The door\">.")]
    public void Html_InMarkdown_IsReportedAndRenderedAsText(string markdown)
    {
        var line = _copy.Append(About, markdown);

        var problems = Problems();

        Assert.Contains(problems, problem => problem.File == About && problem.Line == line
            && problem.Message.Contains("is shown to readers as text", StringComparison.Ordinal));
        var rendered = MarkdownRenderer.Render(markdown, "about", null, null, null, link => link, _ => null).Html.ToString()!;
        Assert.Contains("&lt;", rendered, StringComparison.Ordinal);
        Assert.DoesNotMatch("<(?!/?p>)", rendered);
    }

    /// <summary>A link of this site leads to a page, and its fragment to a heading of the text or of the template.</summary>
    [Theory]
    [InlineData("[x](#the-way-to-a-place)", "#the-way-to-a-place")]
    [InlineData("[x](/articles/shin-splints#nothing)", "/articles/shin-splints has no #nothing. It has #main, ")]
    [InlineData("[x](/clinics/madison?zip=53703#nothing)", "/clinics/madison has no #nothing")]
    [InlineData("[x](/careers/physical-therapist-denver#nothing)", "/careers/physical-therapist-denver has no #nothing")]
    [InlineData("[x](/#nothing)", "/ has no #nothing")]
    [InlineData("[x](/request-appointment?clinic=atlantis)", "there is no clinic \"atlantis\"")]
    [InlineData("[x](/request-appointment?from=shin)", "there is no article \"shin\"")]
    [InlineData("[x](/request-appointment?therapist=nobody)", "there is no therapist \"nobody\"")]
    [InlineData("[x](/therapists/nobody)", "leads nowhere")]
    [InlineData("[x](//www.physiosite.example/about)", "leads nowhere")]
    [InlineData("[x](http://www.physiosite.example/)", "leads nowhere")]
    [InlineData("[x](data:text/html,Words)", "leads nowhere")]
    public void Link_ThatLeadsToNothing_IsReported(string markdown, string says)
    {
        var line = _copy.Append(About, markdown);

        Assert.Contains(Problems(), problem =>
            problem.File == About && problem.Line == line && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Link_ToAHeading_IsAcceptedInTheLanguageOfItsText()
    {
        _copy.Append(About, "## The way to a place: step 1 (é)\n\n[a](#the-way-to-a-place-step-1-é) [b](#) [c](#top) [d](#main)\n"
            + "[e](/articles/shin-splints#section-care) [f](/clinics/madison#hours) [g](/should-i-see-someone#section-signs)\n"
            + "[h](/request-appointment?clinic=madison&from=shin-splints&area=shin#request) [i](/#where)\n"
            + "[j](/about#the-way-to-a-place-step-1-%C3%A9) [k](/articles/shin-splints#:~:text=rest)");
        Assert.Empty(Problems());

        // The Spanish page has other headings.
        var line = _copy.Append("es/pages/privacy.md", "[x](/about#the-way-to-a-place-step-1-é)");
        var problem = Assert.Single(Problems());
        Assert.Equal(("es/pages/privacy.md", line), (problem.File, problem.Line));
        Assert.Contains("/es/about has no #the-way", problem.Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<ContentProblem> Problems() => ContentReader.Read(ContentTexts.Load(_copy.Folder)).Problems;
}
