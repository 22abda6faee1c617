namespace PhysioSite.Features.Search;

/// <summary>Builds the search indexes a minute after the start, which would take longer if it included them.</summary>
internal sealed partial class SearchPreparation(SiteSearch search, TimeProvider time, ILogger<SearchPreparation> log) : BackgroundService
{
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(AfterStart, time, stoppingToken);
            search.Prepare();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Normal shutdown.
        }
        catch (Exception e)
        {
            LogNotPrepared(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The search indexes could not be built; the next search tries again")]
    private partial void LogNotPrepared(Exception exception);
}
