using OpenQA.Selenium;

namespace PhysioSite.BrowserTests.WebKit;

/// <summary>The journey of a patient in the engine of Safari.</summary>
public sealed class WebKitJourneyTests(WebKitBrowser browser) : IClassFixture<WebKitBrowser>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-webkit-").FullName;
    private RealSite? _site;

    public async Task InitializeAsync()
    {
        if (WebKitBrowser.WhyNot is null)
        {
            _site = await RealSite.StartAsync([new("Data:Folder", _folder)], "Development");
        }
    }

    public Task DisposeAsync()
    {
        _site?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [WebKitFact]
    public async Task Journey_InTheEngineOfSafari_LeadsFromHomeToArticleToReceiptToPrivatePage()
    {
        await OpenAsync(_site!.Address.ToString(), "h1");
        Assert.Contains("AppleWebKit", Text("return navigator.userAgent"), StringComparison.Ordinal);
        await ClickAsync("main .cards a[href^='/articles/']", "article h1");
        await ClickAsync(".call-to-action .button", "#zip");

        Type("#zip", "53703");
        Type("#name", "Zoë Müller");
        Type("#phone", "608 555 0142");
        await SeesAsync("#nearest", "Madison");
        await ClickAsync("#send", "#reference");
        var reference = Find("#reference").Text;
        Assert.Matches("^[A-Z0-9-]{6,}$", reference);

        await ClickAsync("main a[href*='/requests/']", "h1");
        await SeesAsync("h1", reference);
    }

    [WebKitFact]
    public async Task Figure_InTheEngineOfSafari_ShowsItsPicturesAndTheMovementOnRequest()
    {
        await OpenAsync(new Uri(_site!.Address, "/articles/shin-splints").ToString(), ".figures img");
        var picture = Find(".figures img");

        Script("arguments[0].scrollIntoView()", picture);
        await Eventually.TrueAsync(
            () => Task.FromResult((bool)Script("return arguments[0].complete && arguments[0].naturalWidth > 0", picture)!),
            "the picture is there");
        Assert.Equal("none", Text("return getComputedStyle(arguments[0]).animationName", picture));
        Find(".play input").Click();

        Assert.Equal("frames-2", Text("return getComputedStyle(arguments[0]).animationName", picture));
    }

    /// <summary>Opens a page, and waits for an element of it.</summary>
    private async Task OpenAsync(string address, string selector)
    {
        await browser.Driver.Navigate().GoToUrlAsync(address);
        await SeesAsync(selector, "");
        AssertFits();
    }

    /// <summary>Clicks what leads to another page, and waits for an element of that page.</summary>
    private async Task ClickAsync(string selector, string next)
    {
        var before = browser.Driver.Url;
        await Eventually.TrueAsync(() => Task.FromResult(TryClick(selector)), $"{selector} can be clicked");
        await Eventually.TrueAsync(() => Task.FromResult(browser.Driver.Url != before), $"{selector} leads to another page");
        await SeesAsync(next, "");
        AssertFits();
    }

    private Task SeesAsync(string selector, string text) => Eventually.TrueAsync(
        () => Task.FromResult(browser.Driver.FindElements(By.CssSelector(selector)) is [var element, ..] && Has(element, text)),
        $"{selector} has \"{text}\"");

    private bool TryClick(string selector)
    {
        try
        {
            var element = Find(selector);
            Script("arguments[0].scrollIntoView({ block: 'center' })", element);
            element.Click();
            return true;
        }
        catch (WebDriverException e)
            when (e is ElementNotInteractableException or ElementClickInterceptedException or StaleElementReferenceException)
        {
            // The page moves while it is loaded.
            return false;
        }
    }

    private static bool Has(IWebElement element, string text)
    {
        try
        {
            return element.Displayed && element.Text.Contains(text, StringComparison.Ordinal);
        }
        catch (StaleElementReferenceException)
        {
            // The page has been left in the meantime.
            return false;
        }
    }

    private void AssertFits() => Assert.True(
        (bool)Script("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")!, browser.Driver.Url);

    private IWebElement Find(string selector) => browser.Driver.FindElement(By.CssSelector(selector));

    private void Type(string selector, string text) => Find(selector).SendKeys(text);

    private string Text(string script, params object[] arguments) => (string)Script(script, arguments)!;

    private object? Script(string script, params object[] arguments) => browser.Driver.ExecuteScript(script, arguments);
}
