using System.Threading.Channels;

namespace PhysioSite.Web.Caching;

/// <summary>
/// Compresses pages with Brotli at its best level in the background, one at a time, after they were sent to a client that accepts Brotli.
/// </summary>
public sealed class BrotliCompressor : BackgroundService
{
    private readonly Channel<PageBodies> _pages = Channel.CreateUnbounded<PageBodies>();

    /// <summary>The first call for a page adds it to the queue. Pages are bounded, so the queue is too.</summary>
    internal void Enqueue(PageBodies page)
    {
        if (page.RequestBestBrotli())
        {
            _pages.Writer.TryWrite(page);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var page in _pages.Reader.ReadAllAsync(stoppingToken))
        {
            page.CompressBestBrotli();
        }
    }
}
