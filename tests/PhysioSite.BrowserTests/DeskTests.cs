using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

/// <summary>What the script of the staff desk adds: live rows, keys, and text that survives the end of a session.</summary>
[Collection(SharedSite.Name)]
public sealed class DeskTests(RunningSite site) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => site.CloseAsync();

    [BrowserFact]
    public async Task Queue_WhileColleaguesWork_ChangesRowsInPlaceAndCountsNewOnes()
    {
        await AskAsync("Lena Live");
        var (queue, colleague) = (await site.OpenAsync(), await site.OpenAsync());
        var errors = new List<string>();
        queue.PageError += (_, error) => errors.Add(error);
        await site.SignInAsync(queue);
        await site.SignInAsync(colleague);
        await queue.GotoAsync("/staff?clinic=seattle&state=all");
        var row = queue.Locator("tr[data-reference]", new() { HasText = "Lena Live" });
        await Assertions.Expect(row.Locator(".who")).ToContainTextAsync("New");
        var link = row.GetByRole(AriaRole.Link, new() { Name = "Lena Live" });
        await link.FocusAsync();

        await colleague.GotoAsync("/staff?clinic=seattle&state=all");
        await colleague.GetByRole(AriaRole.Button, new() { Name = "Claim Lena Live" }).ClickAsync();
        await Assertions.Expect(row.Locator(".who")).ToContainTextAsync("You");
        await Assertions.Expect(link).ToBeFocusedAsync();

        await AskAsync("Nora New");
        await Assertions.Expect(queue.Locator("#arrivals")).ToHaveTextAsync("1 new: show");
        await Assertions.Expect(queue).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex(@"^\(1\) Requests"));
        await Assertions.Expect(queue.Locator("tr[data-reference]", new() { HasText = "Nora New" })).ToHaveCountAsync(0);
        await queue.GetByRole(AriaRole.Link, new() { Name = "1 new: show" }).ClickAsync();
        await Assertions.Expect(queue.Locator("tr[data-reference]", new() { HasText = "Nora New" })).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    /// <summary>Twelve requests fit on the screen of a laptop, whatever is in their rows. On a phone, the number is a button.</summary>
    [BrowserFact]
    public async Task Queue_OnALaptopAndAPhone_IsDenseAndHasNumbersToTap()
    {
        const string Name = "Wilhelmina Featherstonehaugh-Cholmondeley";
        await AskAsync(Name, "portland", "text");
        await AskAsync(Name, "portland", "text");
        var page = await site.OpenAsync();
        await site.SignInAsync(page);
        await page.SetViewportSizeAsync(1366, 768);
        await page.GotoAsync("/staff?state=all");
        var row = page.Locator("tr[data-reference]", new() { HasText = Name }).First;
        await Assertions.Expect(row).ToContainTextAsync("sent twice?");
        await Assertions.Expect(row).ToContainTextAsync("text only, no message");
        var box = await row.BoundingBoxAsync();
        var first = await page.Locator("tr[data-reference]").First.BoundingBoxAsync();
        Assert.InRange(box!.Height, 36, 44);
        Assert.InRange((768 - first!.Y) / box.Height, 12, 20);

        await page.SetViewportSizeAsync(390, 844);
        var number = await row.Locator(".dial").EvaluateAsync<float[]>(
            "link => [link.getBoundingClientRect().height, link.clientWidth - link.scrollWidth]");
        Assert.InRange(number[0], 44, 60);
        Assert.Equal(0, number[1]);
    }

    [BrowserFact]
    public async Task Keys_InTheQueue_MoveClaimAndFindButNotInAFieldAndCanBeTurnedOff()
    {
        await AskAsync("Karl Keys");
        var page = await site.OpenAsync();
        await site.SignInAsync(page);
        await page.GotoAsync("/staff?clinic=san-francisco&state=all");
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Claim the request");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("jcn?");
        await Assertions.Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("jcn?");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("k");
        await page.Keyboard.PressAsync("j");
        for (var i = 0; i < 3; i++)
        {
            await page.Keyboard.PressAsync("k");
        }

        await Assertions.Expect(page.Locator("tr[data-reference] th a").First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("c");
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("claimed");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/staff/requests/"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" }).ClickAsync();
        await page.GetByLabel("Use keyboard shortcuts").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await page.ReloadAsync();
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    /// <summary>The session ends on the server while a note is being written. The note is back after signing in again.</summary>
    [BrowserFact]
    public async Task Note_OfASessionThatEnded_IsBackAfterSigningInAgain()
    {
        await AskAsync("Nils Note");
        var page = await site.OpenAsync();
        await site.SignInAsync(page);
        await page.GotoAsync("/staff?clinic=san-francisco&state=all");
        await page.GetByRole(AriaRole.Link, new() { Name = "Nils Note" }).ClickAsync();
        await page.Locator("#note").FillAsync("Rang twice");

        // Not by the page itself, because signing out deletes what was typed.
        var form = page.Context.APIRequest.CreateFormData();
        form.Set("__RequestVerificationToken", await page.Locator("header [name=__RequestVerificationToken]").InputValueAsync());
        await page.Context.APIRequest.PostAsync("/staff/sign-in?handler=SignOut", new() { Form = form });
        await Assertions.Expect(page.Locator("#session")).ToContainTextAsync("You were signed out.");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in again" }).ClickAsync();
        await page.GetByLabel("Email address").FillAsync("administrator@cedarandstride.example");
        await page.GetByLabel("Password").FillAsync("a heron reads the paper");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Assertions.Expect(page.Locator("#note")).ToHaveValueAsync("Rang twice");
        await Assertions.Expect(page.Locator("#restored")).ToContainTextAsync("is back");
    }

    private Task AskAsync(string name) => AskAsync(name, name is "Lena Live" or "Nora New" ? "seattle" : "san-francisco", "call");

    private async Task AskAsync(string name, string clinic, string contact)
    {
        var patient = await site.OpenAsync();
        await patient.GotoAsync($"/request-appointment?clinic={clinic}");
        await patient.GetByLabel("Full name").FillAsync(name);
        await patient.Locator($"[name=contact][value={contact}]").CheckAsync();
        await patient.GetByLabel("Phone number").FillAsync("415 555 0114");
        await patient.GetByRole(AriaRole.Button, new() { Name = "Send my request" }).ClickAsync();
        await Assertions.Expect(patient.Locator("#reference")).ToBeVisibleAsync();
        await patient.CloseAsync();
    }
}
