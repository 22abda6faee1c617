using System.Net;
using System.Text.Json;
using PhysioSite.Content;
using PhysioSite.Tests.Data.Encryption;

namespace PhysioSite.Tests.Content;

public sealed class ContentReloadTests : IDisposable
{
    private const string Madison = "clinics/madison.md";
    private const string Sound = "name: Madison";
    private const string Broken = "nme: Madison";

    private readonly ContentCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public async Task Reload_OfAChangedFile_ShowsIt()
    {
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        var before = await browser.GetAsync("/clinics/madison");
        _copy.Replace(Madison, "214 Linden Mill Street", "900 Cedar Court");
        _copy.Write(
            "articles/new-one.md",
            _copy.Read("articles/shin-splints.md").Replace("title: Shin splints", "title: Brand new", StringComparison.Ordinal));

        Library(site).Reload();

        Assert.DoesNotContain("900 Cedar Court", before.Main, StringComparison.Ordinal);
        Assert.Contains("900 Cedar Court", (await browser.GetAsync("/clinics/madison")).Main, StringComparison.Ordinal);
        Assert.Contains("Brand new", (await browser.GetAsync("/articles/new-one")).Main, StringComparison.Ordinal);
        Assert.Contains("Brand new", (await browser.GetAsync("/articles")).Main, StringComparison.Ordinal);
        Assert.Empty(Library(site).Problems);

        // It has no translation: the link to Spanish leads to the list there.
        var toSpanish = (await browser.GetAsync("/articles/new-one")).Page.QuerySelector("header .languages a[hreflang=es]")!;
        Assert.Equal("/es/articles", toSpanish.GetAttribute("href"));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/es/articles/new-one")).Status);
    }

    /// <summary>One mistake in the file of one clinic does not close the pages of all clinics.</summary>
    [Fact]
    public async Task Start_WithAFileThatWasValidAtTheLastStart_ShowsThatVersionAndReportsIt()
    {
        using var first = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using (var browser = first.Open())
        {
            await browser.GetAsync("/");
        }

        first.Stop();
        var line = _copy.Replace(Madison, Sound, Broken);
        _copy.Replace(Madison, "214 Linden Mill Street", "900 Cedar Court");
        _copy.Replace("clinics/denver.md", "2755 Larkspur Yard Street", "12 Poplar Way");

        using var second = new Site { Settings = { ["Content:Folder"] = _copy.Folder, ["Data:Folder"] = first.DataPath } };
        using var later = second.Open();

        Assert.Contains("214 Linden Mill Street", (await later.GetAsync("/clinics/madison")).Main, StringComparison.Ordinal);
        Assert.Contains("12 Poplar Way", (await later.GetAsync("/clinics/denver")).Main, StringComparison.Ordinal);
        Assert.Equal("Degraded", await second.ReadinessAsync("content"));
        Assert.Contains(
            second.Logs.Lines,
            written => written.StartsWith("Error", StringComparison.Ordinal)
                && written.Contains($"{Madison}:{line}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reload_WithABrokenFile_KeepsItsLastGoodVersionAndShowsTheOthers()
    {
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        var line = _copy.Replace(Madison, Sound, Broken);
        _copy.Replace(Madison, "214 Linden Mill Street", "900 Cedar Court");
        _copy.Replace("clinics/denver.md", "2755 Larkspur Yard Street", "12 Poplar Way");
        await browser.GetAsync("/");

        Library(site).Reload();

        Assert.Contains("214 Linden Mill Street", (await browser.GetAsync("/clinics/madison")).Main, StringComparison.Ordinal);
        Assert.Contains("12 Poplar Way", (await browser.GetAsync("/clinics/denver")).Main, StringComparison.Ordinal);
        Assert.All(Library(site).Problems, problem => Assert.Equal(Madison, problem.File));
        Assert.Contains(
            Library(site).Problems,
            problem => problem.Line == line && problem.Message.Contains("\"nme\"", StringComparison.Ordinal));
        Assert.Contains(
            site.Logs.Lines,
            written => written.StartsWith("Error", StringComparison.Ordinal)
                && written.Contains($"{Madison}:{line}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ready_WithABrokenFile_IsDegradedAndNamesItUntilItIsMended()
    {
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        var sound = await ReadyAsync(browser);
        var line = _copy.Replace(Madison, Sound, Broken);
        Library(site).Reload();
        var broken = await ReadyAsync(browser);
        var alive = await browser.GetAsync("/healthz");
        _copy.Replace(Madison, Broken, Sound);
        Library(site).Reload();
        var mended = await ReadyAsync(browser);

        Assert.Equal(("Healthy", "Healthy"), (sound.Whole, sound.Content));
        Assert.Equal(("Degraded", "Degraded"), (broken.Whole, broken.Content));
        Assert.Contains($"{Madison}:{line}", broken.Description, StringComparison.Ordinal);
        Assert.Equal("Healthy", alive.Text);
        Assert.Equal(("Healthy", "Healthy"), (mended.Whole, mended.Content));
        Assert.Empty(Library(site).Problems);
    }

    [Theory]
    [InlineData("visits: [clinic, video]", "visits: [clinic, video")]
    [InlineData("visits: [clinic, video]", "visits: \"clinic, video")]
    public async Task Reload_WithAClinicThatIsNoYaml_KeepsTheClinicAndShowsItsChangedPosition(string sound, string broken)
    {
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        await browser.GetAsync("/");
        _copy.Replace(Madison, sound, broken);
        _copy.Replace("careers/physical-therapist-madison.md", "\n## ", "\nA sentence that was not there.\n\n## ");

        Library(site).Reload();

        Assert.Equal(Madison, Assert.Single(Library(site).Problems).File);
        Assert.Contains("214 Linden Mill Street", (await browser.GetAsync("/clinics/madison")).Main, StringComparison.Ordinal);
        Assert.Contains(
            "A sentence that was not there.",
            (await browser.GetAsync("/careers/physical-therapist-madison")).Main,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_WithANewPage_ShowsItAtItsName()
    {
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        var before = await browser.GetAsync("/team");
        _copy.Write(
            "pages/team.md",
            _copy.Read("pages/about.md").Replace("title: About Cedar & Stride", "title: Our team", StringComparison.Ordinal));
        _copy.Append("pages/about.md", "See [our team](/team).");

        Library(site).Reload();

        Assert.Empty(Library(site).Problems);
        Assert.Equal(HttpStatusCode.NotFound, before.Status);
        Assert.Equal("Our team", (await browser.GetAsync("/team")).Page.QuerySelector("h1")?.TextContent);
        Assert.Contains("https://www.physiosite.example/team<", (await browser.GetAsync("/sitemap.xml")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_WithANewBrokenFile_LeavesItOut()
    {
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        await browser.GetAsync("/");
        _copy.Write("articles/half-done.md", "---\ntitle: Half done\n---\n\nText.\n");

        Library(site).Reload();

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/articles/half-done")).Status);
        Assert.NotEmpty(Library(site).Problems);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/articles/shin-splints")).Status);
    }

    [Fact]
    public async Task Reload_WhenADeletedClinicIsStillNamed_KeepsEverything()
    {
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        await browser.GetAsync("/");
        _copy.Delete(Madison);

        Library(site).Reload();

        Assert.Contains(Library(site).Problems, problem => problem.File == "careers/physical-therapist-madison.md");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/clinics/madison")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/careers/physical-therapist-madison")).Status);
    }

    [Fact]
    public async Task Reload_WithoutSiteFile_KeepsEverythingAndSaysSo()
    {
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        await browser.GetAsync("/");
        _copy.Delete("site.yml");

        Library(site).Reload();

        Assert.Equal("site.yml", Assert.Single(Library(site).Problems).File);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/clinics/madison")).Status);
    }

    [Fact]
    public async Task Development_WhenAFileChanges_ShowsItWithoutARestart()
    {
        using var site = new DevelopmentSite { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        await browser.GetAsync("/");

        _copy.Replace(Madison, "214 Linden Mill Street", "900 Cedar Court");

        await Eventually.TrueAsync(
            async () => (await browser.GetAsync("/clinics/madison")).Main.Contains("900 Cedar Court", StringComparison.Ordinal),
            "the new address is shown");
        _copy.Replace(Madison, Sound, Broken);
        await Eventually.TrueAsync(async () => (await ReadyAsync(browser)).Content == "Degraded", "the mistake is reported");
        Assert.Contains("900 Cedar Court", (await browser.GetAsync("/clinics/madison")).Main, StringComparison.Ordinal);
        _copy.Replace(Madison, Broken, Sound);
        await Eventually.TrueAsync(async () => (await ReadyAsync(browser)).Content == "Healthy", "the mended file is taken");
    }

    [Fact]
    public async Task Images_OfTheContentFolder_AreServed()
    {
        _copy.Write("images/door.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>");
        _copy.Append("pages/about.md", "![The green door](/images/door.svg)");
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();

        var page = await browser.GetAsync("/about");
        var image = await browser.GetAsync("/images/door.svg");

        Assert.Equal("The green door", page.Page.QuerySelector("main img[src='/images/door.svg']")?.GetAttribute("alt"));
        Assert.Equal(HttpStatusCode.OK, image.Status);
        Assert.Equal("image/svg+xml", image.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(image.Response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/images/..%2fsite.yml")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/images/no.svg")).Status);
    }

    [Fact]
    public async Task Development_WhenAnImageIsAdded_ServesIt()
    {
        using var site = new DevelopmentSite { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();
        await browser.GetAsync("/");

        _copy.Write("images/door.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>");

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/images/door.svg")).Status);
    }

    private static ContentLibrary Library(Site site) => site.Services.GetRequiredService<ContentLibrary>();

    private static async Task<(string Whole, string Content, string Description)> ReadyAsync(Browser browser)
    {
        var answer = await browser.GetAsync("/healthz/ready");
        var report = JsonDocument.Parse(answer.Text).RootElement;
        var content = report.GetProperty("checks").GetProperty("content");
        return (
            report.GetProperty("status").GetString()!,
            content.GetProperty("status").GetString()!,
            content.GetProperty("description").GetString()!);
    }

    private sealed class DevelopmentSite : Site
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseEnvironment("Development");
        }
    }
}
