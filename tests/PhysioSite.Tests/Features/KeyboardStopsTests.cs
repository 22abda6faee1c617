using AngleSharp.Dom;

namespace PhysioSite.Tests.Features;

/// <summary>What a page is for is at most six tab stops after the link that skips to its main content.</summary>
public sealed class KeyboardStopsTests(Site site) : IClassFixture<Site>
{
    private const string Stops = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";

    [Theory]
    [InlineData("", "#zip")]
    [InlineData("articles", "#articles a")]
    [InlineData("articles/shin-splints", ".contents summary")]
    [InlineData("articles/shin-splints/plan", "article a")]
    [InlineData("should-i-see-someone", ".actions a")]
    [InlineData("clinics", "#zip")]
    [InlineData("clinics/madison", ".actions a")]
    [InlineData("clinics/virtual-care", ".actions a")]
    [InlineData("therapists/daniel-okafor", ".actions a")]
    [InlineData("areas/back", ".actions a")]
    [InlineData("areas/shin", ".actions a")]
    [InlineData("request-appointment", "#zip")]
    [InlineData("search?q=shin", "[name=q]")]
    [InlineData("careers", ".filter summary")]
    [InlineData("careers/physical-therapist-madison", ".button")]
    public async Task Purpose_OfAPage_IsWithinSixTabStops(string path, string purpose)
    {
        using var browser = site.Open();
        foreach (var language in new[] { "/", "/es/" })
        {
            var main = (await browser.GetAsync(language + path)).Page.QuerySelector("main")!;
            var stops = main.QuerySelectorAll(Stops).Where(IsReached).ToList();
            var wanted = stops.FindIndex(stop => stop.Matches($"main {purpose}"));
            Assert.True(wanted >= 0, $"{language}{path} has no {purpose}");

            // A link inside the page can skip what is before its target.
            var skip = stops.FindIndex(stop => stop.ClassList.Contains("skip"));
            if (skip >= 0 && skip < wanted)
            {
                var target = main.QuerySelector(stops[skip].GetAttribute("href")!)!;
                wanted = skip + 1 + stops.Where(target.Contains).ToList().IndexOf(stops[wanted]);
            }

            Assert.True(wanted < 6, $"{language}{path} needs {wanted + 1} tab stops");
        }
    }

    /// <summary>False for what is in an element that is closed.</summary>
    private static bool IsReached(IElement element) =>
        element.Ancestors().OfType<IElement>().All(
            above => above.LocalName != "details" || above.HasAttribute("open") || element == above.QuerySelector("summary"));
}
