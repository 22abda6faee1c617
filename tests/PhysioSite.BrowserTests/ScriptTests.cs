using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

/// <summary>Tests the features that the site's script adds, and that none of them is visible without JavaScript.</summary>
[Collection(SharedSite.Name)]
public sealed class ScriptTests(RunningSite site) : IAsyncLifetime
{
    private const string Nearest = "Nearest: Madison, 0.2 miles away.";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => site.CloseAsync();

    [BrowserFact]
    public async Task Locate_Allowed_FillsTheZipAndSendsNothing()
    {
        var page = await OpenWithPositionAsync(new Geolocation { Latitude = 43.0779f, Longitude = -89.3833f });
        var sent = new List<string>();
        await page.GotoAsync("/clinics");
        page.Request += (_, request) =>
        {
            // Images are ignored because they load in no fixed order.
            if (request.ResourceType is "fetch" or "document")
            {
                sent.Add($"{request.Method} {new Uri(request.Url).PathAndQuery}");
            }
        };

        await page.GetByRole(AriaRole.Button, new() { Name = "Use my location" }).ClickAsync();

        await Assertions.Expect(page.Locator("#zip")).ToHaveValueAsync("53703");
        await Assertions.Expect(page.Locator("#zip")).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#locate-status"))
            .ToHaveTextAsync("ZIP code filled in. Check it, then choose “Find clinics”.");
        await page.WaitForTimeoutAsync(300);
        Assert.Equal(["POST /clinics/zip-code"], sent);
        Assert.EndsWith("/clinics", page.Url, StringComparison.Ordinal);

        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Clinics near Madison, WI 53703");
    }

    [BrowserFact]
    public async Task Locate_AllowedInSpanish_AsksBelowItsPrefix()
    {
        var page = await OpenWithPositionAsync(new Geolocation { Latitude = 43.0779f, Longitude = -89.3833f });
        await page.GotoAsync("/es/clinics");

        var answer = await page.RunAndWaitForResponseAsync(
            () => page.Locator("#locate").ClickAsync(),
            response => response.Request.Method == "POST");

        Assert.EndsWith("/es/clinics/zip-code", answer.Url, StringComparison.Ordinal);
        await Assertions.Expect(page.Locator("#zip")).ToHaveValueAsync("53703");
    }

    [BrowserFact]
    public async Task Locate_RefusedOrFarAway_AsksForTheZip()
    {
        foreach (var position in new[] { null, new Geolocation { Latitude = 48.86f, Longitude = 2.35f } })
        {
            var page = await OpenWithPositionAsync(position);
            await page.GotoAsync("/clinics");

            await page.Locator("#locate").ClickAsync();

            await Assertions.Expect(page.Locator("#locate-status"))
                .ToHaveTextAsync("Your browser did not tell us where you are. Please type your ZIP code.");
            await Assertions.Expect(page.Locator("#zip")).ToHaveValueAsync("");
        }
    }

    [BrowserFact]
    public async Task Nearest_WhileTheFormIsFilled_FollowsZipVisitAndClinic()
    {
        var page = await site.OpenAsync();
        await page.GotoAsync("/request-appointment");
        var status = page.GetByRole(AriaRole.Status).And(page.Locator("#nearest"));

        await page.GetByLabel("ZIP code").PressSequentiallyAsync("53703");
        await Assertions.Expect(status).ToContainTextAsync(Nearest);
        await page.GetByLabel("ZIP code").PressAsync("Backspace");
        await Assertions.Expect(status).ToBeEmptyAsync();
        await page.GetByLabel("ZIP code").FillAsync("97801-1234");
        await Assertions.Expect(status).ToContainTextAsync("The nearest clinic to 97801 is Portland");
        await page.GetByLabel("By video").CheckAsync();
        await Assertions.Expect(status).ToContainTextAsync("By video with Virtual care");
        await page.GetByLabel("Or choose a clinic by name").SelectOptionAsync("denver");
        await Assertions.Expect(status).ToBeEmptyAsync();
        await page.GetByLabel("Or choose a clinic by name").SelectOptionAsync("");
        await Assertions.Expect(status).ToContainTextAsync("By video with Virtual care");
    }

    [BrowserFact]
    public async Task Nearest_OfAZipInTheAddress_IsThereAtOnce()
    {
        var page = await site.OpenAsync();

        await page.GotoAsync("/request-appointment?zip=53703");

        await Assertions.Expect(page.Locator("#nearest")).ToContainTextAsync(Nearest);
    }

    [BrowserFact]
    public async Task Nearest_AnsweredLateOrNotAtAll_ShowsNothingStale()
    {
        var page = await site.OpenAsync();
        await page.GotoAsync("/request-appointment");
        await page.RouteAsync("**/nearest?zip=53703**", async route =>
        {
            await Task.Delay(1_500);
            await route.ContinueAsync();
        });
        await page.RouteAsync("**/nearest?zip=60614**", route => route.AbortAsync());

        await page.RunAndWaitForRequestAsync(
            () => page.GetByLabel("ZIP code").FillAsync("53703"),
            request => request.Url.Contains("zip=53703", StringComparison.Ordinal));
        await page.GetByLabel("ZIP code").FillAsync("94612");
        await Assertions.Expect(page.Locator("#nearest")).ToContainTextAsync("Nearest: Oakland");
        await page.WaitForTimeoutAsync(2_000);
        await Assertions.Expect(page.Locator("#nearest")).ToContainTextAsync("Nearest: Oakland");

        await page.RunAndWaitForRequestAsync(
            () => page.GetByLabel("ZIP code").FillAsync("60614"),
            request => request.Url.Contains("zip=60614", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator("#nearest")).ToBeEmptyAsync();
    }

    [BrowserFact]
    public async Task Note_WhileTyped_IsCountedAsTheServerCounts()
    {
        var page = await site.OpenAsync();
        await page.GotoAsync("/request-appointment?clinic=denver");
        var shown = page.Locator("#note-count");
        var said = page.Locator("#note-count + [role=status]");
        await page.GetByText("Add more, optional").ClickAsync();
        await Assertions.Expect(shown).ToHaveTextAsync("Characters left: 300");
        await Assertions.Expect(said).ToBeEmptyAsync();

        await page.Locator("#note").FillAsync("Two lines\nand 🏃🏽.");
        Assert.Equal("Characters left: 283", await shown.InnerTextAsync());
        Assert.Equal("", await said.InnerTextAsync());
        await Assertions.Expect(said).ToHaveTextAsync("Characters left: 283");

        // The server accepts a note of exactly the maximum length. It rejects one more character and reports the same number.
        var full = string.Concat(Enumerable.Repeat("🏃\n", 150)).TrimEnd() + "!";
        await page.Locator("#note").FillAsync(full);
        await Assertions.Expect(shown).ToHaveTextAsync("Characters left: 0");
        await page.Locator("#note").FillAsync(full + "?");
        await Assertions.Expect(shown).ToHaveTextAsync("Characters too many: 1");
        await page.Locator("#send").ClickAsync();
        await Assertions.Expect(page.Locator("#note-error")).ToContainTextAsync("Shorten your note to 300 characters; it has 301");
        await page.Locator("#note").FillAsync(full);
        await page.Locator("#send").ClickAsync();
        await Assertions.Expect(page.Locator("#error-summary")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#note-error")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Send_ClickedAgainWhileItIsOnItsWay_IsSentOnceAndStoredOnce()
    {
        var page = await site.OpenAsync();
        var posts = await OpenFilledFormAsync(page, "Sent Once");

        await WatchSendAsync(page);

        await page.Locator("#send").DblClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("We have your request");
        Assert.Equal("Sending…,true,send", await page.EvaluateAsync<string?>("sessionStorage.getItem('seen')"));
        Assert.Single(posts);
        var desk = await site.OpenAsync();
        await site.SignInAsync(desk);
        await desk.GotoAsync("/staff?clinic=boston&state=all");
        await Assertions.Expect(desk.GetByRole(AriaRole.Link, new() { Name = "Sent Once" })).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task Send_AfterTheLanguageWasChanged_IsGuardedAndTheChangeIsNot()
    {
        var page = await site.OpenAsync();
        var posts = await OpenFilledFormAsync(page, "Changed Tongue");
        await WatchSendAsync(page);

        await page.Locator(".menu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Español" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/es/request-appointment"));
        await Assertions.Expect(page.Locator("#name")).ToHaveValueAsync("Changed Tongue");
        Assert.Null(await page.EvaluateAsync<string?>("sessionStorage.getItem('seen')"));
        posts.Clear();
        await WatchSendAsync(page);

        await page.Locator("#send").DblClickAsync();

        await Assertions.Expect(page.Locator("#reference")).ToBeVisibleAsync();
        Assert.EndsWith(",true,send", await page.EvaluateAsync<string?>("sessionStorage.getItem('seen')"), StringComparison.Ordinal);
        Assert.Single(posts);
    }

    [BrowserFact]
    public async Task Page_FromTheBackForwardCache_CanBeSentAgain()
    {
        var page = await site.OpenAsync();
        await OpenFilledFormAsync(page, "Came Back");
        await page.EvaluateAsync("document.getElementById('request').addEventListener('submit', event => event.preventDefault())");
        await page.Locator("#send").ClickAsync();
        await Assertions.Expect(page.Locator("#send")).ToHaveAttributeAsync("aria-disabled", "true");

        // Chromium does not use the back/forward cache under automation, so the test dispatches the event.
        await page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");

        await Assertions.Expect(page.Locator("#send")).ToHaveTextAsync("Send my request");
        await Assertions.Expect(page.Locator("#send")).Not.ToHaveAttributeAsync("aria-disabled", "true");
    }

    [BrowserFact]
    public async Task Pages_WithoutJavaScript_ShowNothingOfTheScript()
    {
        var page = await site.OpenAsync(script: false);

        await page.GotoAsync("/clinics");
        await Assertions.Expect(page.Locator("#locate")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#locate-status")).ToBeEmptyAsync();

        await page.GotoAsync("/request-appointment?zip=53703");
        await Assertions.Expect(page.Locator("#nearest")).ToBeEmptyAsync();
        await Assertions.Expect(page.Locator("#note-count")).ToBeEmptyAsync();
        await Assertions.Expect(page.Locator("#send")).ToHaveTextAsync("Send my request");
    }

    /// <summary>Records the state of the button, because assertions do not work on a page that is navigating away.</summary>
    private static async Task WatchSendAsync(IPage page) => await page.EvaluateAsync(
        """
        () => {
          const send = document.getElementById('send');
          new MutationObserver(() => send.hasAttribute('aria-disabled') &&
            sessionStorage.setItem('seen', [send.textContent, send.getAttribute('aria-disabled'), document.activeElement.id]))
            .observe(send, { attributes: true, childList: true });
        }
        """);

    /// <summary>Opens a page whose browser reports the position, or denies access to it.</summary>
    private Task<IPage> OpenWithPositionAsync(Geolocation? position) => site.OpenAsync(new BrowserNewContextOptions
    {
        Geolocation = position,
        Permissions = position is null ? [] : ["geolocation"],
    });

    /// <summary>Fills in a form whose submission is slow.</summary>
    /// <returns>The POST requests from then on.</returns>
    private static async Task<List<string>> OpenFilledFormAsync(IPage page, string name)
    {
        var posts = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.Method == "POST")
            {
                posts.Add(request.Url);
            }
        };
        await page.RouteAsync("**/request-appointment*", async route =>
        {
            await Task.Delay(route.Request.Method == "POST" ? 1_000 : 0);
            await route.ContinueAsync();
        });
        await page.GotoAsync("/request-appointment?clinic=boston");
        await page.GetByLabel("Full name").FillAsync(name);
        await page.GetByLabel("Phone number").FillAsync("617 555 0111");
        return posts;
    }
}
