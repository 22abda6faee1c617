using PhysioSite.Data.Providers;
using PhysioSite.Data;

namespace PhysioSite.Features.Appointments.Indexing;

/// <summary>
/// Runs <see cref="IndexBuilder"/> when the site starts, on one of several instances. The staff search is complete meanwhile, and slower.
/// </summary>
internal sealed partial class IndexService(IServiceScopeFactory scopes, TimeProvider time, ILogger<IndexService> log) : BackgroundService
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenAttempts, time);
        try
        {
            while (!await TryRunAsync(stoppingToken) && await timer.WaitForNextTickAsync(stoppingToken))
            {
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The site is stopping.
        }
    }

    /// <summary>False when it failed.</summary>
    private async Task<bool> TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var turn = await scope.ServiceProvider.GetRequiredService<IInstanceLock>().EnterAsync("Index", cancellationToken);
            await scope.ServiceProvider.GetRequiredService<IndexBuilder>().RunAsync(null, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var failure = StorageFailure.ForLog(e);
            LogFailed(failure.Exception, failure.Reason);
            return false;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Requests could not be indexed for the staff search; it is tried again in a minute: {Reason}")]
    private partial void LogFailed(Exception? exception, string reason);
}
