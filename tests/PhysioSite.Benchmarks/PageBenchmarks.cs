using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Content.Reading;
using PhysioSite.Localization;
using PhysioSite.TestSupport;
using PhysioSite.Web.Caching;

namespace PhysioSite.Benchmarks;

/// <summary>Measures how the text of an article is rendered, and how a page is found in memory.</summary>
[MemoryDiagnoser]
public class PageBenchmarks
{
    private const string Slug = "shin-splints";

    private static readonly DateTime Now = new(2026, 11, 25, 22, 30, 0, DateTimeKind.Utc);

    private readonly CachedPages _pages = new(new object(), new PageCacheOptions());
    private string _markdown = null!;
    private ContentLibrary _library = null!;

    [GlobalSetup]
    public async Task ReadArticlesAsync()
    {
        var file = await File.ReadAllTextAsync(Path.Combine(Repository.ContentPath, "articles", $"{Slug}.md"));
        _markdown = file.Split("\n---\n", 2)[1];
        _library = new ContentLibrary(Repository.ContentPath, NullLogger<ContentLibrary>.Instance);
        foreach (var article in _library.English.Articles)
        {
            var page = new CachedPage(new PageBodies("text/html", new byte[30_000]), Now, Now.AddDays(1));
            await _pages.GetOrRenderAsync(PathOf(article.Slug), [], null, Now, _ => Task.FromResult<CachedPage?>(page));
        }
    }

    [Benchmark]
    public object RenderMarkdown()
    {
        using var english = new CultureScope(Language.English);
        return MarkdownRenderer.Render(_markdown, Slug, null, null, null, address => address, _ => null);
    }

    [Benchmark]
    public object? FindArticle() => _library.English.FindArticle(Slug);

    [Benchmark]
    public object? FindPageInMemory() => _pages.Find(PathOf(Slug), null, Now);

    private static string PathOf(string slug) => $"/articles/{slug}";
}
