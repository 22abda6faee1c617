using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

/// <summary>axe on every kind of page, on a phone and on a desktop, light and dark. No violation of WCAG 2.2 A, AA or best practice.</summary>
[Collection(SharedSite.Name)]
public sealed class AccessibilityTests(RunningSite site)
{
    private static readonly AxeRunOptions Options = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"] },
    };

    private static readonly (int Width, ColorScheme Scheme)[] Views =
        [(360, ColorScheme.Light), (360, ColorScheme.Dark), (1280, ColorScheme.Light), (1280, ColorScheme.Dark)];

    [BrowserTheory]
    [InlineData("/")]
    [InlineData("/articles?area=shin")]
    [InlineData("/articles/shin-splints-or-stress-fracture")]
    [InlineData("/should-i-see-someone")]
    [InlineData("/clinics?zip=53703")]
    [InlineData("/clinics?zip=59001")]
    [InlineData("/clinics?zip=00000")]
    [InlineData("/clinics/madison")]
    [InlineData("/clinics/virtual-care")]
    [InlineData("/request-appointment?from=shin-splints")]
    [InlineData("/careers")]
    [InlineData("/careers/physical-therapist-madison")]
    [InlineData("/careers/front-desk-oakland")]
    [InlineData("/privacy")]
    [InlineData("/no-such-page")]
    [InlineData("/staff/sign-in")]
    public async Task Page_InBothThemesAndWidths_HasNoAxeViolation(string path)
    {
        var page = await site.OpenAsync();
        await page.GotoAsync(path);
        await AssertCleanAsync(page, path);
    }

    [BrowserFact]
    public async Task FormWithErrors_ReceiptAndStatus_HaveNoAxeViolation()
    {
        var page = await site.OpenAsync();
        await page.GotoAsync("/request-appointment");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send my request" }).ClickAsync();
        await AssertCleanAsync(page, "the form with errors");

        await page.GetByLabel("ZIP code").FillAsync("80202");
        await page.GetByLabel("Full name").FillAsync("Axel Axe");
        await page.GetByLabel("Phone number").FillAsync("303 555 0112");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send my request" }).ClickAsync();
        await AssertCleanAsync(page, "the receipt");

        await page.GetByRole(AriaRole.Link, new() { Name = "your request’s own page" }).ClickAsync();
        await AssertCleanAsync(page, "the private page");
    }

    [BrowserFact]
    public async Task StaffDesk_HasNoAxeViolation()
    {
        var patient = await site.OpenAsync();
        await patient.GotoAsync("/request-appointment?clinic=phoenix");
        await patient.GetByLabel("Full name").FillAsync("Stella Staff");
        await patient.GetByLabel("Phone number").FillAsync("602 555 0113");
        await patient.GetByRole(AriaRole.Button, new() { Name = "Send my request" }).ClickAsync();
        var reference = await patient.Locator("#reference").InnerTextAsync();

        var page = await site.OpenAsync();
        await site.SignInAsync(page);
        foreach (var path in new[] { "/staff", $"/staff/requests/{reference}", "/staff/delivery", "/staff/people" })
        {
            await page.GotoAsync(path);
            await AssertCleanAsync(page, path);
        }

        await page.Locator("tbody th a").First.ClickAsync();
        await AssertCleanAsync(page, "a person");
        await page.GotoAsync($"/staff/requests/{reference}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close the request" }).ClickAsync();
        await AssertCleanAsync(page, "the request with an error");
    }

    [BrowserTheory]
    [InlineData("/")]
    [InlineData("/articles/shin-splints-or-stress-fracture")]
    [InlineData("/clinics?zip=53703")]
    [InlineData("/request-appointment")]
    [InlineData("/careers")]
    public async Task Page_AtTheNarrowestWidth_DoesNotScrollSideways(string path)
    {
        var page = await site.OpenAsync(width: 320);
        await page.GotoAsync(path);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
    }

    private static async Task AssertCleanAsync(IPage page, string what)
    {
        foreach (var (width, scheme) in Views)
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            var result = await page.RunAxe(Options);
            Assert.True(
                result.Violations.Length == 0,
                $"{what} at {width} px, {scheme}: {string.Join("; ", result.Violations.Select(violation => $"{violation.Id} ({violation.Help}) at {string.Join(", ", violation.Nodes.Select(node => node.Target))}"))}");
        }
    }
}
