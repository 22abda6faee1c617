using PhysioSite.Content;
using PhysioSite.Features.Search;

namespace PhysioSite.Tests.Features.Search;

public sealed class SearchPreparationTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Indexes_SoonAfterTheStart_AreBuiltWithoutASearch()
    {
        var search = _site.Services.GetRequiredService<SiteSearch>();

        await Eventually.TrueAsync(() => Task.FromResult(search.IsPrepared), "the indexes are built");
    }

    [Fact]
    public async Task Indexes_AfterTheContentChanged_AreBuiltWithoutASearch()
    {
        using var copy = new ContentCopy();
        _site.Settings["Content:Folder"] = copy.Folder;
        var search = _site.Services.GetRequiredService<SiteSearch>();
        await Eventually.TrueAsync(() => Task.FromResult(search.IsPrepared), "the indexes are built");

        _site.Services.GetRequiredService<ContentLibrary>().Reload();

        Assert.NotEmpty(search.Find("shin splints").Pages);
        await Eventually.TrueAsync(() => Task.FromResult(search.IsPrepared), "the indexes are built again");
    }
}
