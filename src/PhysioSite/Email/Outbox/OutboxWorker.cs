using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Data.Saving;

namespace PhysioSite.Email.Outbox;

/// <summary>
/// Sends the emails in the outbox. It leases emails in batches, sends several concurrently, and records each outcome only while it holds
/// the lease. The lease of a killed process expires, and its emails are sent again with the same Message-ID.
/// </summary>
/// <remarks>
/// An email that hangs does not block other emails. An email that is not sent after <see cref="SlowAfter"/> no longer counts towards
/// <see cref="MaxFast"/> and continues in addition to them until its time limit. A retry has lower priority than every email without an
/// attempt. With N hanging emails, where N is less than <see cref="MaxConcurrent"/>, another email starts within N / MaxFast times
/// SlowAfter.
/// </remarks>
public sealed partial class OutboxWorker : BackgroundService
{
    private const int MaxFast = 4;
    private const int MaxConcurrent = 24;
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RecordRetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseDuration = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long no email is started after one for which the mail server could not be reached; then one tries it. Otherwise each that waits
    /// would be tried in vain, and the many that came meanwhile would keep the processor and the database busy.
    /// </summary>
    private static readonly TimeSpan UnreachableFor = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a site that was told to stop waits for the mail server to answer. An email whose answer it does not hear is sent again.
    /// </summary>
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(3);

    private readonly BatchWriter _batches;
    private readonly IEmailTransport _transport;
    private readonly PickupFolder _folder;
    private readonly OutboxSignal _signal;
    private readonly EmailMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<OutboxWorker> _log;
    private readonly OutboxLeases _leases;
    private readonly SemaphoreSlim _fastSlots = new(MaxFast);
    private readonly SemaphoreSlim _slots = new(MaxConcurrent);
    private readonly ConcurrentDictionary<Guid, Task> _sending = new();

    private volatile DeliveryPause? _pause;
    private long _unreachableSince;
    private volatile bool _isInterrupted;

    public OutboxWorker(
        IServiceScopeFactory scopes, BatchWriter batches, IEmailTransport transport, PickupFolder folder, IOptions<EmailOptions> options,
        OutboxSignal signal, EmailMetrics metrics, TimeProvider time, ILogger<OutboxWorker> log)
    {
        (_batches, _transport, _folder, _signal) = (batches, transport, folder, signal);
        (_metrics, _time, _log) = (metrics, time, log);
        _leases = new OutboxLeases(scopes, time, TimeSpan.FromSeconds(options.Value.Smtp.TimeoutSeconds));
    }

    /// <summary>The reason why sending is paused, or null when it is not paused.</summary>
    public DeliveryPause? Pause =>
        _pause is { } pause && pause.UntilUtc is var until && until > Now && until <= Now + PauseDuration ? pause : null;

    private bool IsUnreachable =>
        Interlocked.Read(ref _unreachableSince) is > 0 and var since && _time.GetElapsedTime(since) < UnreachableFor;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    public override void Dispose()
    {
        _fastSlots.Dispose();
        _slots.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var sending = new CancellationTokenSource();
        await using var end = stoppingToken.Register(() => sending.CancelAfter(LastAnswers));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SendDueAsync(sending.Token, stoppingToken);
                if (_isInterrupted)
                {
                    _isInterrupted = false;
                    LogGoesOn();
                }

                await _signal.WaitAsync(Poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                LogInterruption(e);
                await Task.Delay(Poll, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_sending.Values);
        await _transport.CloseIdleAsync();
    }

    /// <summary>That the database cannot be used is logged once, and not for each email.</summary>
    private void LogInterruption(Exception e)
    {
        var (exception, reason) = StorageFailure.ForLog(e);
        if (exception is not null || !_isInterrupted)
        {
            LogInterrupted(exception, reason);
        }

        _isInterrupted |= exception is null;
    }

    /// <summary>Starts every email that is due when a slot is free. On exit, leases of emails that were not started are released.</summary>
    /// <param name="sending">Ends emails that were started.</param>
    private async Task SendDueAsync(CancellationToken sending, CancellationToken cancellationToken)
    {
        var leased = new Queue<OutboxEmail>();
        try
        {
            while (true)
            {
                await WaitForSlotAsync(cancellationToken);
                OutboxEmail? email = null;
                try
                {
                    email = Pause is null && !IsUnreachable ? await NextAsync(leased, cancellationToken) : null;
                }
                finally
                {
                    if (email is null)
                    {
                        _fastSlots.Release();
                        _slots.Release();
                    }
                }

                if (email is null)
                {
                    return;
                }

                Start(email, sending);
            }
        }
        finally
        {
            await _leases.ReleaseAsync([.. leased]);
            await _transport.CloseIdleAsync();
        }
    }

    private async Task WaitForSlotAsync(CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            await _fastSlots.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _slots.Release();
            throw;
        }
    }

    private async Task<OutboxEmail?> NextAsync(Queue<OutboxEmail> leased, CancellationToken cancellationToken)
    {
        if (leased.Count == 0 || !_leases.IsLongEnough(leased.Peek()))
        {
            await _leases.ReleaseAsync([.. leased]);
            leased.Clear();

            // An email can wait a second; a patient who sends a form waits for the answer.
            await _batches.WaitWhileBusyAsync(cancellationToken);
            var sending = _sending.Keys.ToArray();
            foreach (var email in Interlocked.Read(ref _unreachableSince) > 0
                ? await _leases.TakeAsync(sending, cancellationToken, most: 1)
                : await _leases.TakeAsync(sending, cancellationToken))
            {
                leased.Enqueue(email);
            }
        }

        return leased.TryDequeue(out var next) ? next : null;
    }

    private void Start(OutboxEmail email, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource();
        _sending[email.Id] = done.Task;
        _ = Task.Run(
            async () =>
            {
                var sending = SendAsync(email, cancellationToken);
                await Task.WhenAny(sending, Task.Delay(SlowAfter, CancellationToken.None));
                _fastSlots.Release();
                await sending;
                _slots.Release();
                _sending.TryRemove(email.Id, out _);
                done.SetResult();
            },
            CancellationToken.None);
    }

    /// <summary>Does not throw exceptions.</summary>
    private async Task SendAsync(OutboxEmail email, CancellationToken cancellationToken)
    {
        try
        {
            if (!await _leases.IsHeldAsync(email, cancellationToken))
            {
                LogGone(email.Id);
                return;
            }

            var begun = Now;
            var delivery = await AttemptAsync(email, cancellationToken);
            _metrics.CountAttempt(email.Kind, delivery.Outcome);
            Interlocked.Exchange(ref _unreachableSince, delivery.IsServerAway ? _time.GetTimestamp() : 0);
            await RecordAsync(email, begun, delivery, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The site is stopping: release the lease at once instead of waiting until it expires.
            await TryReleaseAsync(email);
        }
        catch (Exception e)
        {
            // The lease expires, and the email is retried.
            LogInterruption(e);
        }
    }

    private async Task<Delivery> AttemptAsync(OutboxEmail email, CancellationToken cancellationToken)
    {
        if (!email.Content.IsReadable)
        {
            return new Delivery(
                DeliveryOutcome.Refused,
                "The stored email cannot be read: it is damaged, or its key is missing. Its request is on the staff desk.");
        }

        try
        {
            return await _transport.SendAsync(email, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogTransportBroke(e.GetType().Name, email.Id);
            return new Delivery(DeliveryOutcome.TryLater, $"The email could not be handed over ({e.GetType().Name}).");
        }
    }

    private async Task TryReleaseAsync(OutboxEmail email)
    {
        try
        {
            await _leases.ReleaseAsync([email]);
        }
        catch (DbException e)
        {
            LogInterruption(e);
        }
    }

    /// <summary>
    /// Retries until the outcome is recorded. Otherwise an email that was sent while the disk was full or the database was locked would be
    /// sent twice. No other sender takes the email in the meantime, because it is still marked as being sent.
    /// </summary>
    private async Task RecordAsync(OutboxEmail email, DateTime begun, Delivery delivery, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                if (!await RecordAsync(email, begun, delivery))
                {
                    // The email was erased while it was being sent. The file that this attempt may have written did not exist when the
                    // files were deleted.
                    _folder.Delete(email.Reference, email.Id);
                    LogGone(email.Id);
                }

                return;
            }
            catch (DbException e) when (!cancellationToken.IsCancellationRequested)
            {
                if (isFirst)
                {
                    var failure = StorageFailure.ForLog(e);
                    LogNotRecorded(failure.Exception, email.Kind, email.Reference, failure.Reason);
                }

                await Task.Delay(RecordRetryInterval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>False when the email no longer exists.</returns>
    private async Task<bool> RecordAsync(OutboxEmail email, DateTime begun, Delivery delivery)
    {
        var next = Now + OutboxEmail.Backoff(email.Attempts, Random.Shared.NextDouble());
        var giveUp = email.GiveUpAfter(begun);
        bool isThere;
        switch (delivery.Outcome)
        {
            case DeliveryOutcome.Sent:
                isThere = await _leases.RecordSentAsync(email);
                LogSent(email.Kind, email.Reference, email.Attempts);
                break;

            case DeliveryOutcome.SettingsAtFault:
                _pause = new DeliveryPause(delivery.Detail, Now + PauseDuration);
                isThere = await _leases.RecordNotSentAsync(email, OutboxState.Waiting, email.Attempts - 1, begun, giveUp, delivery.Detail);
                LogPaused(delivery.Detail);
                break;

            case DeliveryOutcome.TryLater when next < giveUp:
                isThere = await _leases.RecordNotSentAsync(email, OutboxState.Waiting, email.Attempts, next, giveUp, delivery.Detail);
                LogLater(email.Kind, email.Reference, email.Attempts, next, delivery.Detail);
                break;

            default:
                isThere = await _leases.RecordNotSentAsync(email, OutboxState.Failed, email.Attempts, Now, giveUp, delivery.Detail);
                LogFailed(email.Kind, email.Reference, email.Attempts, delivery.Detail);
                break;
        }

        return isThere;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Email \"{Kind}\" about {Reference} sent at attempt {Attempt}")]
    private partial void LogSent(EmailKind kind, string reference, int attempt);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Email \"{Kind}\" about {Reference} not sent at attempt {Attempt}, next at {Next:u}: {Reason}")]
    private partial void LogLater(EmailKind kind, string reference, int attempt, DateTime next, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Email \"{Kind}\" about {Reference} failed after {Attempt} attempt(s), a person must look: {Reason}")]
    private partial void LogFailed(EmailKind kind, string reference, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "All email is paused: {Reason}")]
    private partial void LogPaused(string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Email {Id} is no longer to be sent: its request was erased, or another process has it")]
    private partial void LogGone(Guid id);

    [LoggerMessage(Level = LogLevel.Error, Message = "The transport threw {Exception} for email {Id}")]
    private partial void LogTransportBroke(string exception, Guid id);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The outcome of email \"{Kind}\" about {Reference} could not be recorded; it is tried again until it is: {Reason}")]
    private partial void LogNotRecorded(Exception? exception, EmailKind kind, string reference, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The outbox goes on")]
    private partial void LogGoesOn();

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox was interrupted and goes on: {Reason}")]
    private partial void LogInterrupted(Exception? exception, string reason);
}

/// <param name="Reason">What an operator should change.</param>
public sealed record DeliveryPause(string Reason, DateTime UntilUtc);
