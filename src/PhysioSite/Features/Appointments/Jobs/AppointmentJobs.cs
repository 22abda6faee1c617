namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Looks every minute at what the clock has made due: unanswered requests, the lists of clinics that open, and, once a day, what has been
/// kept long enough. What was done is recorded in the database together with its mails, so that it does not matter when the site stops,
/// or where its clock jumps.
/// </summary>
public sealed partial class AppointmentJobs(IServiceScopeFactory scopes, TimeProvider time, ILogger<AppointmentJobs> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>So that a site that fails and starts again and again erases nothing.</summary>
    private static readonly TimeSpan FirstRetention = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private DateTime _retentionUtc = time.GetUtcNow().UtcDateTime + FirstRetention;

    /// <summary>One look, after any other is over: a step that two looks took at once would be told twice.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await TryAsync<Escalation>(escalation => escalation.TellAsync(cancellationToken), cancellationToken);
            await TryAsync<MorningDigest>(digest => digest.SendAsync(cancellationToken), cancellationToken);
            var now = time.GetUtcNow().UtcDateTime;
            if (now >= _retentionUtc && await TryAsync<Retention>(retention => retention.EraseDueAsync(cancellationToken), cancellationToken))
            {
                _retentionUtc = now.AddDays(1);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The site stops.
        }
    }

    /// <summary>False when it failed, which keeps nothing else from being done; it is tried again at the next look.</summary>
    private async Task<bool> TryAsync<T>(Func<T, Task> work, CancellationToken cancellationToken)
        where T : notnull
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider.GetRequiredService<T>());
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(e, typeof(T).Name);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Work} failed and is tried again in a minute")]
    private partial void LogFailed(Exception exception, string work);
}
