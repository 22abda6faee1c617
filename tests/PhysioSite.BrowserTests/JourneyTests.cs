using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

[Collection(SharedSite.Name)]
public sealed class JourneyTests(RunningSite site) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => site.CloseAsync();

    [BrowserFact]
    public async Task Journey_WithoutJavaScript_LeadsFromArticleToReceiptToStaffQueue()
    {
        var page = await site.OpenAsync(width: 360, script: false);
        await page.GotoAsync("/articles");
        await page.GetByRole(AriaRole.Link, new() { Name = "Shin splints", Exact = true }).ClickAsync();
        await page.Locator(".call-to-action .button").First.ClickAsync();
        Assert.Equal("shin", await page.GetByLabel("Where does it hurt?").InputValueAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Send my request" }).ClickAsync();
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex("^Error: "));
        await Assertions.Expect(page.Locator("#error-summary")).ToBeFocusedAsync();
        await page.Locator("#error-summary a").First.ClickAsync();
        await Assertions.Expect(page.Locator("#zip")).ToBeFocusedAsync();

        await page.GetByLabel("ZIP code").FillAsync("53703");
        await page.GetByLabel("Full name").FillAsync("Zoë Müller");
        await page.GetByLabel("Phone number").FillAsync("608 555 0142");
        await page.GetByLabel("Email address").FillAsync("zoe@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send my request" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("We have your request");
        var reference = await page.Locator("#reference").InnerTextAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Madison");
        await page.GetByRole(AriaRole.Link, new() { Name = "your request page" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(reference);

        var desk = await site.OpenAsync(script: false);
        var complaints = new List<string>();
        desk.Console += (_, message) => complaints.AddRange(message.Type == "error" ? [message.Text] : Array.Empty<string>());
        await site.SignInAsync(desk);
        await desk.GotoAsync("/staff?state=all");
        await desk.Locator($"tr[data-reference='{reference}'] th a").ClickAsync();
        await Assertions.Expect(desk.Locator("main")).ToContainTextAsync("Zoë Müller");
        await Assertions.Expect(desk.Locator("main")).ToContainTextAsync("Shin");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Claim" }).ClickAsync();
        await Assertions.Expect(desk.Locator(".notice.done")).ToContainTextAsync("Claimed");
        Assert.Empty(complaints);

        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("The clinic is working on it");
        await page.GetByText("Cancel my request", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, cancel my request" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You canceled this request");
    }

    [BrowserTheory]
    [InlineData("", 1280, 100, "Tuesday mor")]
    [InlineData("", 320, 100, "Tuesday mor")]
    [InlineData("", 1280, 200, "Tuesday mor")]
    [InlineData("/es", 320, 100, "Martes por la ma")]
    public async Task Journey_ByKeyboardAlone_LeadsFromArticleToReceiptToStaffQueue(
        string language, int width, int textPercent, string wish)
    {
        var page = await site.OpenAsync(width: width);
        await page.AddInitScriptAsync(
            $"document.addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '{textPercent}%')");
        await page.GotoAsync(language + "/articles/shin-splints");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator(".skip")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "a.button[href*='from=shin-splints']");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/request-appointment"));

        await TabToAsync(page, "#zip");
        await page.Keyboard.TypeAsync("94612");
        await TabToAsync(page, "#visit");
        await page.Keyboard.PressAsync("ArrowDown");
        await TabToAsync(page, "#name");
        await page.Keyboard.TypeAsync("Kai Keyboard");
        await TabToAsync(page, "#phone");
        await page.Keyboard.TypeAsync("(510) 555-0199");
        await TabToAsync(page, "#message-ok");
        await page.Keyboard.PressAsync("Space");
        await TabToAsync(page, "#wishes");
        await page.Keyboard.TypeAsync(wish);
        await TabToAsync(page, "#send");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"{language}/request-appointment/receipt/"));
        var reference = await page.Locator("#reference").InnerTextAsync();
        await AssertNoSidewaysScrollAsync(page);

        var desk = await site.OpenAsync();
        await site.SignInAsync(desk);
        await desk.GotoAsync("/staff?state=all");
        await TabToAsync(desk, $"a[href^='/staff/requests/{reference}']");
        await desk.Keyboard.PressAsync("Enter");
        await Assertions.Expect(desk.Locator("main")).ToContainTextAsync("you may leave a message");
        await Assertions.Expect(desk.Locator("main")).ToContainTextAsync("by video");
        await Assertions.Expect(desk.Locator("main")).ToContainTextAsync("Tuesday morning, 7 am to 11 am");
        await TabToAsync(desk, "form[action*='NoAnswer'] button:not([name])");
        await desk.Keyboard.PressAsync("Enter");
        await Assertions.Expect(desk.Locator(".notice.done")).ToContainTextAsync("No answer recorded");
    }

    [BrowserFact]
    public async Task Form_ClickedTwiceAtOnce_IsOneRequest()
    {
        var page = await site.OpenAsync();
        await page.GotoAsync("/request-appointment?clinic=denver");
        await page.GetByLabel("Full name").FillAsync("Dora Double");
        await page.GetByLabel("Phone number").FillAsync("303 555 0111");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send my request" }).DblClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("We have your request");

        var desk = await site.OpenAsync();
        await site.SignInAsync(desk);
        await desk.GotoAsync("/staff?clinic=denver&state=all");
        await Assertions.Expect(desk.GetByRole(AriaRole.Link, new() { Name = "Dora Double" })).ToHaveCountAsync(1);
    }

    private static async Task AssertNoSidewaysScrollAsync(IPage page) =>
        Assert.True(
            await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            page.Url);

    /// <summary>
    /// Presses Tab until the element has focus, and checks at each step that focus is visible once the browser has scrolled.
    /// </summary>
    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var presses = 0; presses < 150; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            var (there, visible) = await page.EvaluateAsync<bool[]>(
                """
                async wanted => {
                  const e = document.activeElement;
                  const visible = () => {
                    const s = getComputedStyle(e), r = e.getBoundingClientRect();
                    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && r.bottom > 0 && r.top < innerHeight;
                  };
                  for (let frames = 0; frames < 30 && !visible(); frames++) {
                    await new Promise(requestAnimationFrame);
                  }

                  return [e.matches(wanted), visible()];
                }
                """,
                selector) is [var a, var b] ? (a, b) : throw new InvalidOperationException();
            Assert.True(visible, $"Focus cannot be seen on the way to {selector}, after {presses + 1} presses.");
            if (there)
            {
                return;
            }
        }

        Assert.Fail($"Tab never reaches {selector}.");
    }
}
