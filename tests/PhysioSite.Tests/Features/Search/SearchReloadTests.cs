using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Data.FullText;
using PhysioSite.Features.Search;

namespace PhysioSite.Tests.Features.Search;

public sealed class SearchReloadTests : IDisposable
{
    private const string ShinSplints = "articles/shin-splints.md";

    private readonly ContentCopy _copy = new();
    private readonly Site _site;
    private readonly Browser _browser;

    public SearchReloadTests()
    {
        _site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        _browser = _site.Open();
    }

    public void Dispose()
    {
        _browser.Dispose();
        _site.Dispose();
        _copy.Dispose();
    }

    [Fact]
    public async Task Search_AfterTheContentChanged_FindsWhatIsThereNow()
    {
        var before = await FoundAsync("quokka");
        _copy.Append(ShinSplints, "A quokka has no shin splints.");
        Reload();
        var there = await FoundAsync("quokka");
        _copy.Replace(ShinSplints, "A quokka has", "A wombat has");
        Reload();

        Assert.Empty(before);
        Assert.Equal(["/articles/shin-splints"], there);
        Assert.Empty(await FoundAsync("quokka"));
        Assert.Equal(["/articles/shin-splints"], await FoundAsync("wombat"));
    }

    [Fact]
    public async Task Search_AfterATranslationChanged_FindsItInThatLanguageAlone()
    {
        await FoundAsync("quokka", "/es");
        _copy.Append("es/articles/shin-splints.md", "El quokka no tiene periostitis.");
        Reload();

        Assert.Equal(["/es/articles/shin-splints"], await FoundAsync("quokka", "/es"));
        Assert.Empty(await FoundAsync("quokka"));
    }

    [Fact]
    public async Task Search_AfterTheSynonymsChanged_KnowsTheNewOnes()
    {
        var before = await FoundAsync("marsupial leg trouble");
        _copy.Replace("synonyms.yml", "mtss]", "mtss, the marsupial's leg trouble]");
        Reload();
        var after = await FoundAsync("marsupial's leg troubles");

        Assert.DoesNotContain("/articles/shin-splints-or-stress-fracture", before.Take(1));
        Assert.Equal(await FoundAsync("mtss"), after);
        Assert.Equal("/articles/shin-splints", after[0]);
    }

    [Fact]
    public async Task Search_OfAWordInATitle_PutsItBeforeTextFullOfIt()
    {
        _copy.Write(
            "articles/new-one.md",
            _copy.Read(ShinSplints).Replace("title: Shin splints\n", "title: Quokka\n", StringComparison.Ordinal));
        _copy.Append(ShinSplints, "Quokka, quokka, quokka, quokka and one more quokka.");
        Reload();

        Assert.Equal(["/articles/new-one", "/articles/shin-splints"], await FoundAsync("quokka"));
    }

    [Fact]
    public async Task Snippet_OfTextWithSigns_HasMarksAndNoOtherMarkup()
    {
        _copy.Append(
            ShinSplints,
            "A quokka \\<script>alert('x')\\</script> & \\<mark>its\\</mark> \u0002tail\u0003 \"quoted\" "
                + "&lt;img src=x onerror=alert(1)> quokka.");
        Reload();
        var answer = await _browser.GetAsync("/search?q=quokka");
        var snippet = answer.Page.QuerySelectorAll("main ol > li p")[^1];

        Assert.Equal(["mark", "mark"], snippet.QuerySelectorAll("*").Select(element => element.LocalName));
        Assert.All(snippet.QuerySelectorAll("mark"), mark => Assert.Equal("quokka", mark.TextContent));
        Assert.Contains("<script>alert('x')</script> & <mark>its</mark>", snippet.TextContent, StringComparison.Ordinal);
        Assert.Contains("<img src=x onerror=alert(1)>", snippet.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Until the index of the new content is built, the previous one answers.</summary>
    [Fact]
    public void PreviousIndex_AfterTheContentChanged_LeavesOutWhatIsGone()
    {
        const string Position = "careers/physical-therapist-madison.md";
        _copy.Write("articles/new-one.md", _copy.Read(ShinSplints) + "\nA quokka has no shin splints.\n");
        var library = new ContentLibrary(_copy.Folder, NullLogger<ContentLibrary>.Instance);
        var database = FullTextDatabase.InMemory();
        SearchIndex.Build(library.English, database, default);
        using var index = new SearchIndex(library.English, database);
        List<string> Found(string text) =>
            [.. index.Find(text, library.English, TestClock.Tuesday.UtcDateTime).Pages.Select(page => page.Path)];
        var before = (Article: Found("quokka"), Positions: Found("running and orthopedics"));

        _copy.Delete("articles/new-one.md");
        _copy.Replace(Position, "closes: 2027-06-30", "closes: 2026-10-31");
        library.Reload();

        Assert.Empty(library.Problems);
        Assert.Equal(["/articles/new-one"], before.Article);
        Assert.Contains("/careers/physical-therapist-madison", before.Positions);
        Assert.Empty(Found("quokka"));
        Assert.DoesNotContain("/careers/physical-therapist-madison", Found("running and orthopedics"));
        Assert.Contains("/articles/shin-splints", Found("shin splints"));
    }

    [Fact]
    public async Task Search_ByManyWhileTheContentChanges_AlwaysAnswers()
    {
        await FoundAsync("shin");
        var search = _site.Services.GetRequiredService<SiteSearch>();
        using var isDone = new CancellationTokenSource();
        var searchers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var count = 0;
            while (!isDone.IsCancellationRequested)
            {
                Assert.NotEmpty(search.Find("shin splints").Pages);
                count++;
            }

            return count;
        })).ToList();
        for (var i = 0; i < 5; i++)
        {
            Reload();
            await FoundAsync("shin");
        }

        await isDone.CancelAsync();

        Assert.All(await Task.WhenAll(searchers), count => Assert.True(count > 0));
    }

    private void Reload()
    {
        var library = _site.Services.GetRequiredService<ContentLibrary>();
        library.Reload();
        Assert.Empty(library.Problems);

        // The site does it in the background.
        _site.Services.GetRequiredService<SiteSearch>().Prepare(default);
    }

    private async Task<List<string>> FoundAsync(string text, string prefix = "")
    {
        var answer = await _browser.GetAsync($"{prefix}/search?q={Uri.EscapeDataString(text)}");
        return [.. answer.Page.QuerySelectorAll("main ol h2 a").Select(link => link.GetAttribute("href")!)];
    }
}
