using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

/// <summary>A page that is opened from another fades in, unless the reader asked for less motion.</summary>
[Collection(SharedSite.Name)]
public sealed class PageTransitionTests(RunningSite site) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => site.CloseAsync();

    [BrowserTheory]
    [InlineData(ReducedMotion.NoPreference, true)]
    [InlineData(ReducedMotion.Reduce, false)]
    public async Task Page_OpenedFromAnother_HasAViewTransitionUnlessMotionIsReduced(ReducedMotion motion, bool fades)
    {
        var page = await site.OpenAsync(new BrowserNewContextOptions { ReducedMotion = motion });
        await page.AddInitScriptAsync("addEventListener('pagereveal', event => { window.fades = Boolean(event.viewTransition); })");
        await page.GotoAsync("/articles");

        await page.Locator(".cards a").First.ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/articles/."));
        await page.WaitForFunctionAsync("window.fades !== undefined");
        Assert.Equal(fades, await page.EvaluateAsync<bool>("window.fades"));
    }
}
