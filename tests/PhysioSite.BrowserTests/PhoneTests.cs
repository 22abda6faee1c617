using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

/// <summary>What a page is for is within the first screen of a phone, and a request takes few taps and swipes.</summary>
[Collection(SharedSite.Name)]
public sealed class PhoneTests(RunningSite site) : IAsyncLifetime
{
    private const int Width = 390;
    private const int Height = 844;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => site.CloseAsync();

    [BrowserTheory]
    [InlineData("/", "#zip")]
    [InlineData("/articles", "main .cards a")]
    [InlineData("/articles/shin-splints", "main .contents ~ p")]
    [InlineData("/articles/why-legs-hurt-after-running", "main .contents ~ p")]
    [InlineData("/es/articles/running-in-pregnancy-and-after-birth", "main .contents ~ p")]
    [InlineData("/clinics?zip=53703", "main ol a[href^='/clinics/']")]
    [InlineData("/clinics?zip=97801", "main .notice")]
    [InlineData("/clinics/madison", "main address")]
    [InlineData("/request-appointment", "#zip")]
    [InlineData("/request-appointment?from=shin-splints", "#zip")]
    [InlineData("/careers", "main li a[href^='/careers/']")]
    [InlineData("/careers?zip=53703&within=50", "main li a[href^='/careers/']")]
    [InlineData("/no-such-page", "main form button")]
    [InlineData("/requests/nowhere", "main a[href^='tel:']")]
    [InlineData("/search?q=shin", "main ol a")]
    public async Task Page_OnAPhone_ShowsWhatItIsForOnTheFirstScreen(string path, string purpose)
    {
        var page = await OpenAsync(script: false);

        await page.GotoAsync(path);

        var header = await page.Locator(".masthead").BoundingBoxAsync();
        var place = await page.Locator(purpose).First.BoundingBoxAsync();
        Assert.InRange(header!.Height, 44, 64);
        Assert.InRange(place!.Y, 0, 640);
        await Assertions.Expect(page.Locator(".ask-bar")).ToHaveCountAsync(path.StartsWith("/request-", StringComparison.Ordinal) ? 0 : 1);
    }

    [BrowserTheory]
    [InlineData("/", 390)]
    [InlineData("/articles/shin-splints", 390)]
    [InlineData("/clinics/madison", 1280)]
    [InlineData("/request-appointment", 1280)]
    [InlineData("/es/", 1280)]
    public async Task Header_ByKeyboard_HasAtMostSixStopsBeforeTheMainContent(string path, int width)
    {
        var page = await site.OpenAsync(width);
        await page.GotoAsync(path);

        var stops = 0;
        for (var isBefore = true; isBefore; stops++)
        {
            await page.Keyboard.PressAsync("Tab");
            isBefore = await page.EvaluateAsync<bool>("!document.activeElement.closest('main')");
            Assert.True(stops <= 6, $"{stops} stops");
        }

        Assert.InRange((await page.Locator(".masthead").BoundingBoxAsync())!.Height, 44, 64);
    }

    [BrowserFact]
    public async Task Menu_WithoutScript_HasThePagesTheSearchAndTheLanguage()
    {
        var page = await OpenAsync(script: false);
        await page.GotoAsync("/articles");
        await Assertions.Expect(page.GetByRole(AriaRole.Searchbox)).ToBeHiddenAsync();

        await page.Locator(".menu summary").ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link)).ToHaveCountAsync(4);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Español" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync("knee");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/search.q=knee$"));
    }

    /// <summary>A swipe moves the page by three quarters of the screen. Focusing a field is not counted as a tap.</summary>
    [BrowserFact]
    public async Task Request_OnAPhone_TakesThreeFieldsFourTapsAndFourSwipes()
    {
        var page = await OpenAsync(script: true);
        await page.GotoAsync("/request-appointment");
        await page.Locator("#zip").FillAsync("53703");
        await page.Locator("#name").FillAsync("Paula Phone");
        await page.Locator("#phone").FillAsync("608 555 0142");

        var send = await page.Locator("#send").EvaluateAsync<double>("e => e.getBoundingClientRect().bottom + scrollY");
        await page.Locator("#send").ClickAsync();

        await Assertions.Expect(page.Locator("#reference")).ToBeVisibleAsync();
        Assert.InRange((send - Height) / (Height * 0.75), 0, 4);
    }

    [BrowserFact]
    public async Task PhoneAndEmail_AsTheWayToBeReachedChanges_AreMarkedNeededOrOptional()
    {
        var page = await OpenAsync(script: true);
        await page.GotoAsync("/request-appointment");
        await Assertions.Expect(page.Locator("label[for=email]")).ToHaveTextAsync("Email address (optional)");
        await Assertions.Expect(page.Locator("#phone")).ToHaveAttributeAsync("aria-required", "true");

        await page.GetByLabel("Email me").CheckAsync();

        await Assertions.Expect(page.Locator("label[for=email]")).ToHaveTextAsync("Email address");
        await Assertions.Expect(page.Locator("label[for=phone]")).ToHaveTextAsync("Phone number (optional)");
        await Assertions.Expect(page.Locator("#email")).ToHaveAttributeAsync("aria-required", "true");
        await Assertions.Expect(page.Locator("#phone")).ToHaveAttributeAsync("aria-required", "false");
    }

    [BrowserFact]
    public async Task Home_AskedForAZip_AnswersInPlaceAndWithoutScriptInTheFinder()
    {
        var page = await OpenAsync(script: true);
        await page.GotoAsync("/");
        await page.Locator("#zip").FillAsync("53703");
        await page.Keyboard.PressAsync("Enter");

        var found = page.Locator("#found");
        await Assertions.Expect(found).ToContainTextAsync("Madison, 0.2 miles");
        await Assertions.Expect(found).ToContainTextAsync("Madison contacts you by");
        await Assertions.Expect(found.GetByRole(AriaRole.Link, new() { Name = "Request an appointment" }))
            .ToHaveAttributeAsync("href", "/request-appointment?clinic=madison&zip=53703");
        await Assertions.Expect(found.GetByRole(AriaRole.Link, new() { Name = "Call" }))
            .ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^tel:"));

        await page.Locator("#zip").FillAsync("99501");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(found).ToContainTextAsync("The nearest is Seattle");
        await found.GetByRole(AriaRole.Link, new() { Name = "See clinics near you" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("No clinic within 60 miles");

        var plain = await OpenAsync(script: false);
        await plain.GotoAsync("/");
        await plain.Locator("#zip").FillAsync("53703");
        await plain.Keyboard.PressAsync("Enter");
        await Assertions.Expect(plain.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Clinics near Madison, WI 53703");
    }

    /// <summary>WCAG 2.2, criterion 2.5.8. Links within a sentence are exempt.</summary>
    [BrowserTheory]
    [InlineData("/articles/shin-splints")]
    [InlineData("/areas/back")]
    [InlineData("/clinics")]
    [InlineData("/clinics?zip=53703")]
    [InlineData("/clinics?zip=96813")]
    [InlineData("/es/clinics/madison")]
    [InlineData("/request-appointment")]
    public async Task Controls_OnTheSmallestPhone_HaveTargetsLargeEnough(string path)
    {
        var page = await site.OpenAsync(320);
        await page.GotoAsync(path);

        var small = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
              .filter(control => {
                const { width, height, right } = control.getBoundingClientRect();
                const isInText = control.tagName === 'A' && getComputedStyle(control).display === 'inline';
                return !isInText && width > 0 && right > 0 && (width < 24 || height < 24);
              })
              .map(control => control.outerHTML)
            """);

        Assert.Empty(small);
    }

    /// <summary>WCAG 2.2, criterion 1.4.12.</summary>
    [BrowserTheory]
    [InlineData("/clinics/madison")]
    [InlineData("/es/clinics/madison")]
    [InlineData("/es/request-appointment")]
    public async Task Page_WithWiderTextOnTheSmallestPhone_DoesNotScrollSideways(string path)
    {
        var page = await site.OpenAsync(320);
        await page.GotoAsync(path);

        // A reader's own style, which the policy of the page does not allow from elsewhere.
        await page.EvaluateAsync(
            """
            () => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }'
                + ' p { margin-bottom: 2em !important }');
              document.adoptedStyleSheets = [sheet];
            }
            """);

        Assert.Equal(320, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    /// <summary>Each band of the body figure is a target of at least 24 px.</summary>
    [BrowserFact]
    public async Task BodyFigure_OnAPhone_HasTargetsLargeEnough()
    {
        var page = await OpenAsync(script: false);
        await page.GotoAsync("/");

        var sizes = await page.EvaluateAsync<double[]>(
            """
            [...document.querySelectorAll('.target')].flatMap(path => {
              const scale = path.getScreenCTM().a;
              return [...path.getAttribute('d').matchAll(/h(\d+)v(\d+)/g)].flatMap(([, w, h]) => [w * scale, h * scale]);
            })
            """);

        Assert.NotEmpty(sizes);
        Assert.All(sizes, size => Assert.InRange(size, 24, 400));
    }

    private Task<IPage> OpenAsync(bool script) => site.OpenAsync(new BrowserNewContextOptions
    {
        ViewportSize = new ViewportSize { Width = Width, Height = Height },
        JavaScriptEnabled = script,
    });
}
