using PhysioSite.Features.Search;

namespace PhysioSite.Tests.Features.Search;

public sealed class SearchPreparationTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Indexes_AMinuteAfterTheStart_AreBuiltBeforeTheFirstSearch()
    {
        var search = _site.Services.GetRequiredService<SiteSearch>();
        Assert.False(search.IsPrepared);

        // The timer is created when the background service runs for the first time.
        await Eventually.TrueAsync(
            () =>
            {
                _site.Clock.FireTimers();
                return Task.FromResult(search.IsPrepared);
            },
            "the indexes are built");
    }
}
