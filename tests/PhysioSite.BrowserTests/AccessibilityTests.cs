using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

/// <summary>
/// Runs axe on every kind of page, at phone and desktop widths, in light and dark. No WCAG 2.2 A, AA or best-practice violations.
/// </summary>
public sealed class AccessibilityTests(RunningSite site) : IClassFixture<RunningSite>, IAsyncLifetime
{
    private static readonly AxeRunOptions Options = new()
    {
        RunOnly = new RunOnlyOptions
        {
            Type = "tag",
            Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
        },
        ResultTypes = [ResultType.Violations],
    };

    /// <summary>
    /// The rules whose result depends on the theme or the viewport width. All other rules give the same result in every view of a page.
    /// </summary>
    private static readonly AxeRunOptions WhatLooksDecide = new()
    {
        RunOnly = new RunOnlyOptions
        {
            Type = "rule",
            Values = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
        },
        ResultTypes = [ResultType.Violations],
    };

    private static readonly (int Width, ColorScheme Scheme, AxeRunOptions Options)[] Views =
    [
        (360, ColorScheme.Light, Options),
        (360, ColorScheme.Dark, WhatLooksDecide),
        (1280, ColorScheme.Light, WhatLooksDecide),
        (1280, ColorScheme.Dark, WhatLooksDecide),
    ];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => site.CloseAsync();

    [BrowserTheory]
    [InlineData("/")]
    [InlineData("/articles?area=shin")]
    [InlineData("/articles/shin-splints-or-stress-fracture")]
    [InlineData("/articles/shin-splints/plan")]
    [InlineData("/should-i-see-someone")]
    [InlineData("/clinics?zip=53703")]
    [InlineData("/clinics?zip=59001")]
    [InlineData("/clinics?zip=00000")]
    [InlineData("/clinics/madison")]
    [InlineData("/clinics/virtual-care")]
    [InlineData("/therapists/daniel-okafor")]
    [InlineData("/areas/back")]
    [InlineData("/request-appointment?from=shin-splints")]
    [InlineData("/request-appointment?clinic=madison&therapist=daniel-okafor")]
    [InlineData("/careers")]
    [InlineData("/careers/physical-therapist-madison")]
    [InlineData("/careers/front-desk-oakland")]
    [InlineData("/privacy")]
    [InlineData("/no-such-page")]
    [InlineData("/requests/nowhere")]
    [InlineData("/staff/sign-in")]
    [InlineData("/search?q=shin+splints")]
    [InlineData("/search?q=zzzz")]
    [InlineData("/es/")]
    [InlineData("/es/articles/shin-splints")]
    [InlineData("/es/clinics?zip=53703")]
    [InlineData("/es/request-appointment")]
    public async Task Page_InBothThemesAndWidths_HasNoAxeViolation(string path)
    {
        var page = await site.SharedPageAsync();
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

        await page.GetByRole(AriaRole.Link, new() { Name = "your request page" }).ClickAsync();
        await AssertCleanAsync(page, "the private page");

        await page.GetByText("Cancel my request", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, cancel my request" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You canceled this request");
        await AssertCleanAsync(page, "the private page of a canceled request");
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
        await patient.GotoAsync("/request-appointment?clinic=phoenix");
        await patient.GetByLabel("Full name").FillAsync("Spam Sender");
        await patient.GetByLabel("Phone number").FillAsync("602 555 0114");
        await patient.EvaluateAsync("document.querySelector('[name=subject]').value = 'x'");
        await patient.GetByRole(AriaRole.Button, new() { Name = "Send my request" }).ClickAsync();
        await Assertions.Expect(patient.Locator("#reference")).ToBeVisibleAsync();

        var page = await site.OpenAsync();
        await site.SignInAsync(page);
        foreach (var path in new[]
        {
            "/staff?state=all", "/staff?state=held", $"/staff/requests/{reference}", $"/staff/requests/{reference}/retention",
            "/staff/requests/new", "/staff/delivery", "/staff/search", "/staff/password", "/staff/people",
        })
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
    [InlineData("/articles")]
    [InlineData("/articles/shin-splints-or-stress-fracture")]
    [InlineData("/should-i-see-someone")]
    [InlineData("/clinics?zip=53703")]
    [InlineData("/clinics/madison")]
    [InlineData("/therapists/daniel-okafor")]
    [InlineData("/areas/back")]
    [InlineData("/request-appointment")]
    [InlineData("/search?q=pneumonoultramicroscopicsilicovolcanoconiosisandsomemoreletters")]
    [InlineData("/careers")]
    [InlineData("/careers/physical-therapist-madison")]
    [InlineData("/es/")]
    [InlineData("/es/request-appointment")]
    public async Task Page_AtTheNarrowestWidthOrWithTextTwiceAsLarge_DoesNotScrollSideways(string path)
    {
        const string Fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        var page = await site.SharedPageAsync();
        await page.SetViewportSizeAsync(320, 900);
        await page.GotoAsync(path);
        Assert.True(await page.EvaluateAsync<bool>(Fits), "at 320 px");

        await page.SetViewportSizeAsync(640, 900);
        await page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
        Assert.True(await page.EvaluateAsync<bool>(Fits), "at 640 px and 200 %");
    }

    /// <summary>In forced-colors mode, controls, focus and the shapes of the body figure stay visible.</summary>
    [BrowserFact]
    public async Task Home_InForcedColors_KeepsBordersAndFocus()
    {
        var page = await site.OpenAsync();
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ForcedColors = ForcedColors.Active });
        await page.GotoAsync("/");
        await page.Locator("#zip").FocusAsync();

        Assert.Equal("solid", await page.Locator("#zip").EvaluateAsync<string>("e => getComputedStyle(e).outlineStyle"));
        Assert.All(
            await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('main .button, main button, main input')]"
                + ".map(e => getComputedStyle(e).borderTopStyle + getComputedStyle(e).borderTopWidth)"),
            border => Assert.Equal("solid2px", border));
    }

    /// <summary>On the body figure, hovering over a shape and tabbing to its link highlight the same shape, without JavaScript.</summary>
    [BrowserFact]
    public async Task BodyFigure_PointedAtOrTabbedTo_LightsUpItsShapeAndLeadsToItsPage()
    {
        var page = await site.OpenAsync(script: false);
        await page.GotoAsync("/");
        var link = page.GetByRole(AriaRole.Link, new() { Name = "Shin", Exact = true });
        var shape = link.Locator("path:not(.target)");
        await Assertions.Expect(shape).ToHaveCSSAsync("fill-opacity", "0");

        await link.FocusAsync();
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(shape).ToHaveCSSAsync("fill-opacity", "1");

        await page.GotoAsync("/");
        var at = await shape.EvaluateAsync<float[]>(
            """
            path => {
              path.scrollIntoView({ block: 'center' });
              const box = path.getBoundingClientRect(), svg = path.ownerSVGElement;
              for (let x = box.left; x < box.right; x += 2) {
                for (let y = box.top; y < box.bottom; y += 2) {
                  if (path.isPointInFill(new DOMPoint(x, y).matrixTransform(path.getScreenCTM().inverse()))) return [x + 3, y + 3];
                }
              }
            }
            """);
        await page.Mouse.MoveAsync(at[0], at[1]);
        await Assertions.Expect(shape).ToHaveCSSAsync("fill-opacity", "1");
        await page.Mouse.ClickAsync(at[0], at[1]);
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/areas/shin$"));
    }

    private static async Task AssertCleanAsync(IPage page, string what)
    {
        foreach (var (width, scheme, options) in Views)
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            // At the end of the page, the bar at the bottom of a phone covers no link.
            await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");

            // The non-legacy mode opens an extra page per run to check cross-origin frames. The site has no frames.
#pragma warning disable CS0618
            var result = await page.RunAxeLegacy(context: null, options, axeSource: null);
#pragma warning restore CS0618
            var violations = result.Violations.Select(violation =>
                $"{violation.Id} ({violation.Help}) at {string.Join(", ", violation.Nodes.Select(node => node.Target))}");
            Assert.True(result.Violations.Length == 0, $"{what} at {width} px, {scheme}: {string.Join("; ", violations)}");
        }
    }
}
