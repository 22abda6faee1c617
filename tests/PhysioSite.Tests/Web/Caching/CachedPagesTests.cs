using System.Text;
using PhysioSite.Web.Caching;

namespace PhysioSite.Tests.Web.Caching;

public sealed class CachedPagesTests
{
    private static readonly DateTime Now = TestClock.Tuesday.UtcDateTime;

    [Fact]
    public async Task Render_ByManyAtOnce_IsDoneOnce()
    {
        var pages = new CachedPages(new object(), new PageCacheOptions());
        var isReady = new TaskCompletionSource<CachedPage?>();
        var renders = 0;

        var requests = Enumerable.Range(0, 50).Select(_ => pages.GetOrRenderAsync("/", [], null, Now, _ =>
        {
            renders++;
            return isReady.Task;
        })).ToList();
        isReady.SetResult(Page("x"));
        var results = await Task.WhenAll(requests);

        Assert.Equal(1, renders);
        Assert.Single(results, result => result.WasRendered);
        Assert.All(results, result => Assert.Same(results[0].Page, result.Page));
    }

    [Fact]
    public async Task Render_ThatFails_FailsOnceAndIsTriedAgain()
    {
        var pages = new CachedPages(new object(), new PageCacheOptions());
        var isReady = new TaskCompletionSource<CachedPage?>();
        var first = pages.GetOrRenderAsync("/", [], null, Now, _ => isReady.Task);
        var second = pages.GetOrRenderAsync("/", [], null, Now, _ => throw new InvalidOperationException("A second render began."));

        isReady.SetException(new InvalidOperationException("No page."));

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        Assert.Equal((null, false), await second);
        Assert.NotNull(await RenderAsync(pages, "/", "x"));
        Assert.NotNull(pages.Find("/", null, Now));
    }

    [Fact]
    public async Task Pages_AboveACount_DropTheOldest()
    {
        var pages = new CachedPages(new object(), new PageCacheOptions { MostPages = 2 });

        foreach (var path in new[] { "/a", "/b", "/c" })
        {
            await RenderAsync(pages, path, "x");
        }

        Assert.Equal(2, pages.Count);
        Assert.Null(pages.Find("/a", null, Now));
        Assert.NotNull(pages.Find("/b", null, Now));
        Assert.NotNull(pages.Find("/c", null, Now));
    }

    [Fact]
    public async Task Pages_AboveASize_DropTheOldest()
    {
        var size = Page(new string('x', 1000)).Bodies.Size;
        var pages = new CachedPages(new object(), new PageCacheOptions { MostBytes = (2 * size) + 1 });

        foreach (var path in new[] { "/a", "/b", "/c" })
        {
            await RenderAsync(pages, path, new string('x', 1000));
        }

        Assert.Equal(2 * size, pages.Size);
        Assert.Null(pages.Find("/a", null, Now));
    }

    [Fact]
    public async Task Page_ThatExpiredUnchanged_KeepsItsCompressedBodies()
    {
        var pages = new CachedPages(new object(), new PageCacheOptions());
        var first = await RenderAsync(pages, "/", "x");

        var later = first!.UntilUtc.AddMinutes(1);
        Assert.Null(pages.Find("/", null, later));
        var (second, _) = await pages.GetOrRenderAsync("/", [], null, later, _ => Task.FromResult<CachedPage?>(
            new CachedPage(Page("x").Bodies, later, later.AddHours(1))));
        var (third, _) = await pages.GetOrRenderAsync("/", [], null, later.AddHours(1), _ => Task.FromResult<CachedPage?>(
            new CachedPage(Page("y").Bodies, later.AddHours(1), later.AddHours(2))));

        Assert.Same(first.Bodies, second!.Bodies);
        Assert.Equal(later.AddHours(1), second.UntilUtc);
        Assert.NotSame(first.Bodies, third!.Bodies);
        Assert.Equal(1, pages.Count);
    }

    [Theory]
    [InlineData("?area=knee&utm=1", "?area=knee")]
    [InlineData("?utm=1&AREA=knee", "?area=knee")]
    [InlineData("?area=knee&area=hip", "?area=knee")]
    [InlineData("?area=", "")]
    [InlineData("?area=%20", "")]
    [InlineData("?area=a%26b%3Dc", "?area=a%26b%3Dc")]
    [InlineData("?&&=&x", "")]
    [InlineData("", "")]
    public async Task Query_OfAPage_HasOnlyWhatThePageUses(string sent, string used)
    {
        var pages = new CachedPages(new object(), new PageCacheOptions());
        string? rendered = null;

        await pages.GetOrRenderAsync("/", ["area"], sent, Now, query =>
        {
            rendered = query;
            return Task.FromResult<CachedPage?>(Page("x"));
        });

        Assert.Equal(used, rendered);
        Assert.NotNull(pages.Find("/", sent, Now));
        Assert.NotNull(pages.Find("/", used, Now));
    }

    private static async Task<CachedPage?> RenderAsync(CachedPages pages, string path, string html) =>
        (await pages.GetOrRenderAsync(path, [], null, Now, _ => Task.FromResult<CachedPage?>(Page(html)))).Page;

    private static CachedPage Page(string html) =>
        new(new PageBodies("text/html; charset=utf-8", Encoding.UTF8.GetBytes(html)), Now, Now.AddHours(1));
}
