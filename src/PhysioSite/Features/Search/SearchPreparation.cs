using System.Threading.Channels;
using PhysioSite.Content;

namespace PhysioSite.Features.Search;

/// <summary>
/// Opens the search indexes soon after the start, and builds them when the content changed. Not at once, because the first pages would
/// wait for the processor.
/// </summary>
internal sealed partial class SearchPreparation(
    SiteSearch search, ContentLibrary library, TimeProvider time, ILogger<SearchPreparation> log) : BackgroundService
{
    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reloads = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Note() => reloads.Writer.TryWrite(true);
        library.Reloaded += Note;
        try
        {
            await Task.WhenAny(
                Task.Delay(AfterStart, time, stoppingToken), reloads.Reader.WaitToReadAsync(stoppingToken).AsTask());
            while (true)
            {
                Prepare(stoppingToken);
                ReturnMemory();
                await reloads.Reader.ReadAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Normal shutdown.
        }
        finally
        {
            library.Reloaded -= Note;
        }
    }

    private void Prepare(CancellationToken stoppingToken)
    {
        try
        {
            search.Prepare(stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotPrepared(e);
        }
    }

    /// <summary>
    /// Reading the content and writing an index leave much more memory unused than pages do later. The runtime would keep it for them.
    /// </summary>
    private static void ReturnMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    [LoggerMessage(Level = LogLevel.Error, Message = "The search indexes could not be built; searches use the earlier ones, or try again")]
    private partial void LogNotPrepared(Exception exception);
}
