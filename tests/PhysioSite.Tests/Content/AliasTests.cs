using System.Net;
using PhysioSite.Content;
using PhysioSite.Content.Reading;

namespace PhysioSite.Tests.Content;

/// <summary>Files that were renamed, and whose earlier names are aliases.</summary>
public sealed class AliasTests(RenamedSite site) : IClassFixture<RenamedSite>
{
    [Theory]
    [InlineData("/clinics/madison", "/clinics/linden-mill")]
    [InlineData("/clinics/madison?zip=53703&x=A%20b", "/clinics/linden-mill?zip=53703&x=A%20b")]
    [InlineData("/clinics/Madison/", "/clinics/linden-mill")]
    [InlineData("/es/clinics/madison?zip=53703", "/es/clinics/linden-mill?zip=53703")]
    [InlineData("/ES/Clinics/MADISON", "/es/clinics/linden-mill")]
    [InlineData("/articles/shin-splints", "/articles/sore-shins")]
    [InlineData("/articles/shins", "/articles/sore-shins")]
    [InlineData("/es/articles/shin-splints", "/es/articles/sore-shins")]
    [InlineData("/careers/physical-therapist-denver", "/careers/therapist-denver")]
    [InlineData("/es/careers/physical-therapist-denver", "/es/careers/therapist-denver")]
    [InlineData("/Careers/Physical-Therapist-Denver?ref=a", "/careers/therapist-denver?ref=a")]
    [InlineData("/our-team", "/team")]
    [InlineData("/es/our-team", "/es/team")]
    public async Task Get_AnAlias_IsRedirectedToThePageOnce(string path, string to)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync(path);

        Assert.Equal((HttpStatusCode.MovedPermanently, to), (answer.Status, answer.Location));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(to)).Status);
    }

    [Theory]
    [InlineData("/es/articles/ankle-pain")]
    [InlineData("/articles/madison")]
    public async Task Get_AnAliasOfAPageThatTheLanguageDoesNotHave_Is404(string path)
    {
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
    }

    /// <summary>Texts and positions that name the clinic by its earlier name lead to its page, in their language.</summary>
    [Fact]
    public async Task Texts_ThatNameAnAlias_LeadToThePage()
    {
        using var browser = site.Open();

        var position = await browser.GetAsync("/careers/physical-therapist-madison");
        var about = await browser.GetAsync("/es/about");
        var form = await browser.GetAsync("/request-appointment?clinic=madison&from=shins&zip=53703");
        var careers = await browser.GetAsync("/careers?clinic=madison");

        Assert.NotNull(position.Page.QuerySelector("main a[href='/clinics/linden-mill']"));
        Assert.NotNull(about.Page.QuerySelector("main a[href='/es/clinics/linden-mill?zip=53703#hours']"));
        Assert.Equal("linden-mill", form.Page.QuerySelector("#clinic option[selected]")?.GetAttribute("value"));
        Assert.NotNull(form.Page.QuerySelector("main a[href='/articles/sore-shins']"));
        Assert.Equal("linden-mill", careers.Page.QuerySelector("#clinic option[selected]")?.GetAttribute("value"));
        Assert.DoesNotContain("/clinics/madison", (await browser.GetAsync("/sitemap.xml")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_OpenedBeforeTheClinicWasRenamed_KeepsItsClinic()
    {
        using var browser = site.Open();
        var form = await browser.GetAsync("/request-appointment");
        form.Page.QuerySelector("#clinic option[value='linden-mill']")!.SetAttribute("value", "madison");

        var again = await browser.SubmitAsync(form, RequestJourney.Form, [new("clinic", "madison"), new("from", "shins")]);

        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.Equal("linden-mill", again.Page.QuerySelector("#clinic option[selected]")?.GetAttribute("value"));
    }

    [Theory]
    [InlineData("clinics/denver.md", "name: Denver", "aliases: [madison]", "is the address of clinics/madison.md")]
    [InlineData("clinics/denver.md", "name: Denver", "aliases: [denver]", "is the address of clinics/denver.md")]
    [InlineData("clinics/denver.md", "name: Denver", "aliases:\n  - mile-high\n  - mile-high", "is used twice")]
    [InlineData("clinics/denver.md", "name: Denver", "aliases: [Mile High]", "lower-case letters")]
    [InlineData("clinics/denver.md", "name: Denver", "aliases: [mile-high.md]", "lower-case letters")]
    [InlineData("clinics/denver.md", "name: Denver", "aliases: [/clinics/mile-high]", "lower-case letters")]
    [InlineData("clinics/denver.md", "name: Denver", "aliases: mile-high", "must be a list")]
    [InlineData("es/clinics/denver.md", "---\n", "aliases: [mile-high]", "Write it in the English file")]
    [InlineData("articles/shin-splints.md", "title:", "aliases: [ankle-pain-from-running]", "is the address of articles/ankle-pain")]
    [InlineData("careers/physical-therapist-denver.md", "title:", "aliases: [physical-therapist-oakland]", "is the address of careers/")]
    [InlineData("pages/about.md", "title:", "aliases: [staff]", "/staff is another part of the site")]
    [InlineData("pages/about.md", "title:", "aliases: [fr]", "/fr is another part of the site")]
    public void Alias_ThatIsNoEarlierAddress_IsReported(string file, string before, string aliases, string says)
    {
        using var copy = new ContentCopy();
        var line = copy.Replace(file, before, before == "---\n" ? $"---\n{aliases}\n" : $"{aliases}\n{before}");

        var problem = Assert.Single(ContentReader.Read(ContentTexts.Load(copy.Folder)).Problems);

        Assert.Equal(file, problem.File);
        Assert.InRange(problem.Line, line, line + 2);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Alias_OfTwoFiles_IsReportedForTheSecond()
    {
        using var copy = new ContentCopy();
        copy.Replace("clinics/boston.md", "name: Boston", "aliases: [old-place]\nname: Boston");
        var line = copy.Replace("clinics/denver.md", "name: Denver", "aliases: [other, old-place]\nname: Denver");

        var problem = Assert.Single(ContentReader.Read(ContentTexts.Load(copy.Folder)).Problems);

        Assert.Equal(
            new ContentProblem("clinics/denver.md", line, "The alias \"old-place\" is used twice: also for /clinics/boston."), problem);
    }
}

/// <summary>
/// The sample content with renamed files: the clinic Madison, the article about shin splints, a position and a page.
/// </summary>
public sealed class RenamedSite : Site
{
    private readonly ContentCopy _copy = new();

    public RenamedSite()
    {
        Rename("clinics", "madison", "linden-mill");
        Rename("articles", "shin-splints", "sore-shins", "shins, ");
        Rename("careers", "physical-therapist-denver", "therapist-denver");
        _copy.Replace("articles/ankle-pain-from-running.md", "title:", "aliases: [ankle-pain]\ntitle:");
        _copy.Delete("es/articles/ankle-pain-from-running.md");
        _copy.Write(
            "pages/team.md", _copy.Read("pages/about.md").Replace("title:", "aliases: [our-team]\ntitle:", StringComparison.Ordinal));
        _copy.Write("es/pages/team.md", _copy.Read("es/pages/about.md"));
        _copy.Append("es/pages/about.md", "[Madison](/clinics/madison?zip=53703#hours)");
        Settings["Content:Folder"] = _copy.Folder;
        Settings["RateLimits:FormsPerTenMinutes"] = "1000";
        Settings["RateLimits:SignInsPerTenMinutes"] = "1000";
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(_copy.Folder))
        {
            _copy.Dispose();
        }
    }

    private void Rename(string folder, string from, string to, string others = "")
    {
        foreach (var below in new[] { folder, $"es/{folder}" }.Where(below => File.Exists(Path.Combine(_copy.Folder, below, from + ".md"))))
        {
            _copy.Write($"{below}/{to}.md", _copy.Read($"{below}/{from}.md"));
            _copy.Delete($"{below}/{from}.md");
        }

        _copy.Replace($"{folder}/{to}.md", "---\n", $"---\naliases: [{others}{from}]\n");
    }
}
