using System.Collections.Concurrent;
using PhysioSite.Data;
using PhysioSite.Data.Providers;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Runs every minute: returns stale claims to the queue, escalates unanswered requests, sends the morning digest of clinics that open and
/// the reminders that are due and, once a day, erases data past its retention period. Each result is saved in the database together with
/// its emails, so the jobs tolerate restarts and clock changes. Of several instances, one at a time runs them.
/// </summary>
public sealed partial class AppointmentJobs(
    IServiceScopeFactory scopes,
    ErasedDataPurge purge,
    TimeProvider time,
    ILogger<AppointmentJobs> log) : BackgroundService
{
    private const string LockName = "Jobs";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Delay before the first retention run, so that a site in a crash loop erases nothing.</summary>
    private static readonly TimeSpan FirstRetention = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RetentionInterval = TimeSpan.FromDays(1);

    /// <summary>How soon a confirmation by an operator takes effect.</summary>
    private static readonly TimeSpan RetentionOnHoldInterval = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<string, bool> _failing = new();

    private DateTime _retentionUtc = time.GetUtcNow().UtcDateTime + FirstRetention;

    /// <summary>
    /// Runs all jobs once, unless another instance is running them. Concurrent runs are serialized, because two runs could send the same
    /// emails twice.
    /// </summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await TryAsync<RetentionGuard>(
                guard => guard.RecordRunAsync(time.GetUtcNow().UtcDateTime, cancellationToken), cancellationToken);
            await TryAsync<IInstanceLock>(locks => RunAloneAsync(locks, cancellationToken), cancellationToken);
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
            await TryAsync<Retention>(retention => retention.BeginAsync(stoppingToken), stoppingToken);
            await TryAsync<IInstanceLock>(locks => BeginAloneAsync(locks, stoppingToken), stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunOnceAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Normal shutdown.
        }
    }

    private async Task BeginAloneAsync(IInstanceLock locks, CancellationToken cancellationToken)
    {
        await using var turn = await locks.EnterAsync(LockName, cancellationToken);
        await TryAsync<MorningDigest>(digest => digest.BeginAsync(cancellationToken), cancellationToken);
    }

    private async Task RunAloneAsync(IInstanceLock locks, CancellationToken cancellationToken)
    {
        await using var turn = await locks.TryEnterAsync(LockName, cancellationToken);
        if (turn is null)
        {
            return;
        }

        await TryAsync<StaleClaims>(claims => claims.ReleaseAsync(cancellationToken), cancellationToken);
        await TryAsync<Escalation>(escalation => escalation.SendDueAsync(cancellationToken), cancellationToken);
        await TryAsync<MorningDigest>(digest => digest.SendDueAsync(cancellationToken), cancellationToken);
        await TryAsync<Reminders>(reminders => reminders.SendDueAsync(cancellationToken), cancellationToken);
        if (purge.IsPending)
        {
            await TryAsync<SiteDbContext>(db => purge.RunAsync(db, cancellationToken), cancellationToken);
        }

        var now = time.GetUtcNow().UtcDateTime;
        await TryAsync<RetentionGuard>(guard => RunRetentionAsync(guard, now, cancellationToken), cancellationToken);
    }

    private async Task RunRetentionAsync(RetentionGuard guard, DateTime now, CancellationToken cancellationToken)
    {
        // A next run later than a day from now was set before the clock was put back.
        if ((now >= _retentionUtc || _retentionUtc - now > RetentionInterval)
            && await TryAsync<Retention>(retention => retention.EraseDueAsync(cancellationToken), cancellationToken))
        {
            var isOnHold = await guard.FindHoldReasonAsync(cancellationToken) is not null;
            _retentionUtc = now + (isOnHold ? RetentionOnHoldInterval : RetentionInterval);
        }
    }

    /// <summary>False when the job failed. A failure does not stop the other jobs. The job is retried on the next run.</summary>
    private async Task<bool> TryAsync<T>(Func<T, Task> run, CancellationToken cancellationToken)
        where T : notnull
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await run(scope.ServiceProvider.GetRequiredService<T>());
            if (_failing.TryRemove(typeof(T).Name, out _))
            {
                LogRunsAgain(typeof(T).Name);
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // That the database cannot be used is said once, not each minute.
            var (exception, reason) = StorageFailure.ForLog(e);
            if (_failing.TryAdd(typeof(T).Name, true) || exception is not null)
            {
                LogFailed(exception, typeof(T).Name, reason);
            }

            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job} runs again")]
    private partial void LogRunsAgain(string job);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job} failed and is tried again in a minute: {Reason}")]
    private partial void LogFailed(Exception? exception, string job, string reason);
}
