using System.Net;
using System.Text.RegularExpressions;
using PhysioSite.Content;
using PhysioSite.Tests.Features;
using PhysioSite.Web.Caching;

namespace PhysioSite.Tests.Web.Caching;

/// <summary>Cached pages while the time passes and while the content changes.</summary>
public sealed class PageExpiryTests : IDisposable
{
    private readonly ContentCopy _copy = new();
    private readonly Site _site;
    private readonly Browser _browser;

    public PageExpiryTests()
    {
        _site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        _browser = _site.Open();
    }

    private PageCache Cache => _site.Services.GetRequiredService<PageCache>();

    public void Dispose()
    {
        _browser.Dispose();
        _site.Dispose();
        _copy.Dispose();
    }

    /// <summary>Madison closes at 7 pm in the sample content.</summary>
    [Fact]
    public async Task Clinic_ThatOpensAndCloses_SaysSoAtThatMoment()
    {
        foreach (var path in new[] { "/clinics/madison", "/clinics" })
        {
            var clinic = PublicPages.Content.FindClinic("madison")!;
            var hours = clinic.Hours.On(new DateOnly(2026, 11, 17))[0];
            var closes = clinic.TimeZone.ToUtc(new DateTime(2026, 11, 17).Add(hours.To.ToTimeSpan()));

            _site.Clock.Set(closes.AddSeconds(-1));
            var before = await OpenNowAsync(path);
            _site.Clock.Set(closes);
            var after = await OpenNowAsync(path);
            _site.Clock.Set(closes.AddSeconds(-1));
            var again = await OpenNowAsync(path);

            Assert.StartsWith("Open now", before, StringComparison.Ordinal);
            Assert.StartsWith("Closed now", after, StringComparison.Ordinal);
            Assert.Equal(before, again);
        }
    }

    [Fact]
    public async Task Position_ThatCloses_IsGoneAtMidnightOfItsClinic()
    {
        var position = PublicPages.Content.OpenPositions(TestClock.Tuesday.UtcDateTime)[0];
        var midnight = position.Clinic.TimeZone.ToUtc(position.Closes.AddDays(1).ToDateTime(TimeOnly.MinValue));
        _site.Clock.Set(midnight.AddSeconds(-1));
        var address = $"/careers/{position.Slug}";
        var open = await _browser.GetAsync(address);
        var list = await _browser.GetAsync("/careers");
        Assert.NotNull(Cache.Current.Find(address, null, _site.Clock.UtcNow));

        _site.Clock.Set(midnight);

        Assert.Equal(HttpStatusCode.OK, open.Status);
        Assert.Equal(HttpStatusCode.Gone, (await _browser.GetAsync(address)).Status);
        Assert.Contains(address, list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(address, (await _browser.GetAsync("/careers")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Article_WhoseReviewIsDue_SaysSoFromThatDay()
    {
        var article = PublicPages.Content.Articles[0];
        var overdue = article.NextReview.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        _site.Clock.Set(overdue.AddSeconds(-1));
        var before = await _browser.GetAsync($"/articles/{article.Slug}");
        _site.Clock.Set(overdue);
        var after = await _browser.GetAsync($"/articles/{article.Slug}");

        Assert.Null(before.Page.QuerySelector(".overdue"));
        Assert.NotNull(after.Page.QuerySelector(".overdue"));
    }

    [Fact]
    public async Task Closure_ThatIsOver_IsNoLongerListedAfterMidnight()
    {
        var clinic = PublicPages.Content.Clinics.First(clinic => clinic.Hours.Exceptions.Any(day => day.Date.Year == 2026));
        var day = clinic.Hours.Exceptions.First(day => day.Date.Year == 2026);
        var midnight = clinic.TimeZone.ToUtc(day.Date.AddDays(1).ToDateTime(TimeOnly.MinValue));
        _site.Clock.Set(midnight.AddSeconds(-1));
        var before = await _browser.GetAsync($"/clinics/{clinic.Slug}");
        _site.Clock.Set(midnight);
        var after = await _browser.GetAsync($"/clinics/{clinic.Slug}");

        Assert.Contains(day.Reason, before.Main, StringComparison.Ordinal);
        Assert.NotEqual(before.Main, after.Main);
        Assert.DoesNotContain($"Today, {day.Reason}", after.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_ThatChanged_IsShownOnEveryPage()
    {
        string[] paths = ["/", "/about", "/articles/shin-splints", "/es/about"];
        foreach (var path in paths)
        {
            await _browser.GetAsync(path);
        }

        var before = Cache.Current.Count;
        _copy.Replace("site.yml", "shortName: Cedar & Stride", "shortName: Quokka & Stride");
        _site.Services.GetRequiredService<ContentLibrary>().Reload();

        Assert.Equal(paths.Length, before);
        Assert.Equal(0, Cache.Current.Count);
        foreach (var path in paths.SkipLast(1))
        {
            Assert.Contains("Quokka", (await _browser.GetAsync(path)).Text, StringComparison.Ordinal);
        }
    }

    /// <summary>The title ends with the name of the group, and the summary with the same word.</summary>
    [Fact]
    public async Task Reload_UnderLoad_LosesNoRequestAndMixesNoVersions()
    {
        Publish("zero");
        using var isDone = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(async () =>
        {
            using var browser = _site.Open();
            var count = 0;
            while (!isDone.IsCancellationRequested)
            {
                // Half of the readers bypass the cache.
                using var request = new HttpRequestMessage(HttpMethod.Get, "/about");
                if (reader % 2 == 0)
                {
                    request.Headers.Add("Cookie", "__Host-staff=x");
                }

                using var response = await browser.Client.SendAsync(request);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                AssertOneVersion(new Answer(response, await response.Content.ReadAsStringAsync()));
                count++;
            }

            return count;
        })).ToList();

        foreach (var version in new[] { "one", "two", "three", "four", "five" })
        {
            Publish(version);
            Assert.Equal(version, AssertOneVersion(await _browser.GetAsync("/about")));
        }

        await isDone.CancelAsync();
        Assert.All(await Task.WhenAll(readers), count => Assert.True(count > 0));

        static string AssertOneVersion(Answer answer)
        {
            var inLayout = answer.Page.Title!.Split(' ')[^1];
            Assert.Equal(inLayout, answer.Page.QuerySelector("main .lead")!.TextContent.Split(' ')[^1]);
            return inLayout;
        }
    }

    private void Publish(string version)
    {
        _copy.Write("site.yml", Regex.Replace(_copy.Read("site.yml"), "shortName: .*", $"shortName: Clinics {version}"));
        _copy.Write(
            "pages/about.md",
            Regex.Replace(
                _copy.Read("pages/about.md"), "summary: .*", $"summary: Who we are, how we work with you, and the version {version}"));
        var library = _site.Services.GetRequiredService<ContentLibrary>();
        library.Reload();
        Assert.Empty(library.Problems);
    }

    private async Task<string> OpenNowAsync(string path)
    {
        var page = (await _browser.GetAsync(path)).Page;
        return page.QuerySelector(".clinic-page .open-now, #madison .open-now")!.TextContent.Trim();
    }
}
