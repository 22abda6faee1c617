using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PhysioSite.BrowserTests.Recording;

namespace PhysioSite.BrowserTests;

/// <summary>The site in the test process, on a free local port and with a fixed date.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes of it through IAsyncLifetime.")]
public sealed class StillSite : IAsyncLifetime, IRecordsPages
{
    private readonly Site _site = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage? _page;

    public PageRecorder Pages { get; } = new();

    /// <summary>One page shared by all tests: opening a page takes longer than reading it.</summary>
    public async Task<IPage> SharedPageAsync()
    {
        await Pages.UseAsync(_page!);
        return _page!;
    }

    public async Task InitializeAsync()
    {
        if (Chromium.WhyNot is not null)
        {
            return;
        }

        _site.UseKestrel(0);
        _site.StartServer();
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        _page = await Pages.OpenSharedAsync(_browser, new BrowserNewContextOptions
        {
            BaseURL = _site.ClientOptions.BaseAddress.ToString(),

            // The compressed files of wwwroot are available only if the site is published or runs as its own process.
            ExtraHTTPHeaders = new Dictionary<string, string> { ["Accept-Encoding"] = "identity" },
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await _site.DisposeAsync();
    }
}

/// <summary>
/// The accessibility tree of each kind of page: its landmarks, headings, names and states, in order, as text that a reviewer can read in
/// <c>AccessibilityTrees</c>. If a page changes, its test fails until the new tree has been reviewed and written with
/// <c>WRITE_ACCESSIBILITY_TREES=1</c>.
/// </summary>
public sealed partial class AccessibilityTreeTests(StillSite site) : IClassFixture<StillSite>
{
    private static readonly bool Write = Environment.GetEnvironmentVariable("WRITE_ACCESSIBILITY_TREES") == "1";

    [BrowserTheory]
    [InlineData("home", "/")]
    [InlineData("articles", "/articles?area=shin")]
    [InlineData("article", "/articles/shin-splints")]
    [InlineData("should-i-see-someone", "/should-i-see-someone")]
    [InlineData("clinics", "/clinics?zip=53703")]
    [InlineData("clinics-far", "/clinics?zip=59001")]
    [InlineData("clinics-unknown-zip", "/clinics?zip=00000")]
    [InlineData("clinic", "/clinics/madison")]
    [InlineData("virtual-care", "/clinics/virtual-care")]
    [InlineData("therapist", "/therapists/daniel-okafor")]
    [InlineData("area", "/areas/back")]
    [InlineData("request", "/request-appointment?from=shin-splints")]
    [InlineData("request-therapist", "/request-appointment?clinic=madison&therapist=daniel-okafor")]
    [InlineData("careers", "/careers")]
    [InlineData("position", "/careers/physical-therapist-madison")]
    [InlineData("closed-position", "/careers/front-desk-oakland")]
    [InlineData("search", "/search?q=shin+splints")]
    [InlineData("search-nothing", "/search?q=zzzz")]
    [InlineData("text", "/first-visit")]
    [InlineData("not-found", "/no-such-page")]
    [InlineData("staff-sign-in", "/staff/sign-in")]
    [InlineData("es-home", "/es/")]
    [InlineData("es-article", "/es/articles/shin-splints")]
    [InlineData("es-should-i-see-someone", "/es/should-i-see-someone")]
    [InlineData("es-clinics", "/es/clinics?zip=53703")]
    [InlineData("es-clinic", "/es/clinics/madison")]
    [InlineData("es-therapist", "/es/therapists/maya-torres")]
    [InlineData("es-area", "/es/areas/neck-shoulder")]
    [InlineData("es-careers", "/es/careers")]
    [InlineData("es-position", "/es/careers/physical-therapist-madison")]
    [InlineData("es-request", "/es/request-appointment")]
    public async Task Tree_OfAPage_IsTheOneThatWasReviewed(string name, string path)
    {
        var page = await site.SharedPageAsync();
        await page.GotoAsync(path);

        await AssertReviewedAsync(name, page);
    }

    [BrowserTheory]
    [InlineData("", "Send my request", "your request page")]
    [InlineData("es-", "Enviar mi solicitud", "la página de su solicitud")]
    public async Task Tree_OfTheWayToAsk_IsTheOneThatWasReviewed(string language, string send, string own)
    {
        var page = await site.SharedPageAsync();
        var path = $"/{language.TrimEnd('-')}/request-appointment?clinic=madison&area=shin".Replace("//", "/", StringComparison.Ordinal);
        await page.GotoAsync(path);
        await page.GetByRole(AriaRole.Button, new() { Name = send }).ClickAsync();
        await page.Locator("#error-summary").WaitForAsync();
        await AssertReviewedAsync(language + "request-with-errors", page);

        await page.Locator("#name").FillAsync("Ada Example");
        await page.Locator("#phone").FillAsync("608 555 0142");
        await page.GetByRole(AriaRole.Button, new() { Name = send }).ClickAsync();
        await page.Locator("#reference").WaitForAsync();
        await AssertReviewedAsync(language + "receipt", page);

        await page.GetByRole(AriaRole.Link, new() { Name = own }).ClickAsync();
        await page.Locator("a[hreflang][href*='/requests/']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await AssertReviewedAsync(language + "private-page", page);
    }

    private static async Task AssertReviewedAsync(string name, IPage page)
    {
        // Without its stylesheet, the page would expose content that is meant for print only.
        await page.EvaluateAsync(
            "() => new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))");
        Assert.NotEqual(0, await page.EvaluateAsync<int>("document.styleSheets[0].cssRules.length"));
        var tree = $"- title: {await page.TitleAsync()}\n{await page.Locator("body").AriaSnapshotAsync()}\n";
        tree = Token().Replace(Reference().Replace(tree, "REFERENCE"), "$1TOKEN").ReplaceLineEndings("\n");
        var file = Path.Combine(Repository.Root, "tests", "PhysioSite.BrowserTests", "AccessibilityTrees", name + ".yml");
        if (Write)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, tree);
        }

        Assert.True(File.Exists(file), $"{file} is missing. Write it with WRITE_ACCESSIBILITY_TREES=1, and read it.");
        Assert.Equal(await File.ReadAllTextAsync(file), tree);
    }

    [GeneratedRegex("[34679ACDEFGHJKMNPQRTWXY]{8}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"(/requests/|/receipt/)[\w-]+")]
    private static partial Regex Token();
}
