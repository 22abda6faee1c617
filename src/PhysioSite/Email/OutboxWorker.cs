using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;

namespace PhysioSite.Email;

/// <summary>
/// Sends what waits in the outbox. It leases a mail with one conditional update, sends it, and records the outcome only while the
/// lease is still its own; a lease left by a killed process runs out, and the mail is sent again with the same Message-ID.
/// </summary>
public sealed partial class OutboxWorker(
    IServiceScopeFactory scopes, WriteGate gate, IEmailTransport transport, IOptions<EmailOptions> options, OutboxBell bell, TimeProvider time, ILogger<OutboxWorker> log)
    : BackgroundService
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseLength = TimeSpan.FromMinutes(1);

    /// <summary>Longer than one mail may take.</summary>
    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.Value.Smtp.TimeoutSeconds + 30);

    private volatile MailPause? _pause;

    /// <summary>Why nothing is being sent, or null.</summary>
    public MailPause? Pause => _pause is { } pause && pause.UntilUtc > Now ? pause : null;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (Pause is null && await SendDueAsync(stoppingToken) > 0)
                {
                }

                await bell.WaitAsync(Poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogInterrupted(e);
                await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        List<Guid> due;
        await using (var scope = scopes.CreateAsyncScope())
        {
            due = await Due(scope, Now).OrderBy(mail => mail.NextAttemptUtc).Select(mail => mail.Id).Take(AtOnce * 4).ToListAsync(cancellationToken);
        }

        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, SendAsync);
        return due.Count;
    }

    private async ValueTask SendAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var lease = Guid.NewGuid();
        if (!await LeaseAsync(scope, id, lease, cancellationToken))
        {
            return;
        }

        var mail = await Mails(scope).AsNoTracking().SingleAsync(mail => mail.Id == id, cancellationToken);
        Delivery delivery;
        try
        {
            delivery = await transport.SendAsync(mail, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping: give the mail back at once rather than when the lease runs out.
            await SettleAsync(scope, mail, lease, OutboxState.Waiting, mail.Attempts - 1, Now, null);
            throw;
        }
        catch (Exception e)
        {
            LogTransportBroke(e.GetType().Name, mail.Id);
            delivery = new Delivery(DeliveryOutcome.TryLater, $"The mail could not be handed over ({e.GetType().Name}).");
        }

        await RecordAsync(scope, mail, lease, delivery);
    }

    private async Task<bool> LeaseAsync(AsyncServiceScope scope, Guid id, Guid lease, CancellationToken cancellationToken)
    {
        using (await gate.EnterAsync(cancellationToken))
        {
            var now = Now;
            return await Due(scope, now).Where(mail => mail.Id == id).ExecuteUpdateAsync(
                set => set
                    .SetProperty(mail => mail.LeaseId, lease)
                    .SetProperty(mail => mail.LeaseUntilUtc, now + _lease)
                    .SetProperty(mail => mail.Attempts, mail => mail.Attempts + 1),
                cancellationToken) == 1;
        }
    }

    private async Task RecordAsync(AsyncServiceScope scope, OutboxMail mail, Guid lease, Delivery delivery)
    {
        var next = Now + OutboxMail.Backoff(mail.Attempts, Random.Shared.NextDouble());
        switch (delivery.Outcome)
        {
            case DeliveryOutcome.Sent:
                await SettleAsync(scope, mail, lease, OutboxState.Sent, mail.Attempts, Now, null);
                LogSent(mail.Kind, mail.About, mail.Attempts);
                break;

            case DeliveryOutcome.SettingsAtFault:
                _pause = new MailPause(delivery.Detail, Now + PauseLength);
                await SettleAsync(scope, mail, lease, OutboxState.Waiting, mail.Attempts - 1, Now, delivery.Detail);
                LogPaused(delivery.Detail);
                break;

            case DeliveryOutcome.TryLater when next < mail.GiveUpUtc:
                await SettleAsync(scope, mail, lease, OutboxState.Waiting, mail.Attempts, next, delivery.Detail);
                LogLater(mail.Kind, mail.About, mail.Attempts, next, delivery.Detail);
                break;

            default:
                await SettleAsync(scope, mail, lease, OutboxState.Failed, mail.Attempts, Now, delivery.Detail);
                LogFailed(mail.Kind, mail.About, mail.Attempts, delivery.Detail);
                break;
        }
    }

    private async Task SettleAsync(
        AsyncServiceScope scope, OutboxMail mail, Guid lease, OutboxState state, int attempts, DateTime next, string? error)
    {
        using var turn = await gate.EnterAsync(CancellationToken.None);
        var sent = state == OutboxState.Sent ? Now : (DateTime?)null;
        await Mails(scope).Where(row => row.Id == mail.Id && row.LeaseId == lease).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.State, state)
                .SetProperty(row => row.Attempts, attempts)
                .SetProperty(row => row.NextAttemptUtc, next)
                .SetProperty(row => row.SentUtc, sent)
                .SetProperty(row => row.LastError, error)
                .SetProperty(row => row.LeaseId, (Guid?)null)
                .SetProperty(row => row.LeaseUntilUtc, (DateTime?)null),
            CancellationToken.None);
    }

    private static IQueryable<OutboxMail> Due(AsyncServiceScope scope, DateTime now) => Mails(scope).Where(mail =>
        mail.State == OutboxState.Waiting && mail.NextAttemptUtc <= now && (mail.LeaseUntilUtc == null || mail.LeaseUntilUtc <= now));

    private static DbSet<OutboxMail> Mails(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<SiteDbContext>().Set<OutboxMail>();

    [LoggerMessage(Level = LogLevel.Information, Message = "Mail \"{Kind}\" about {Reference} sent at attempt {Attempt}")]
    private partial void LogSent(string kind, string reference, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail \"{Kind}\" about {Reference} not sent at attempt {Attempt}, next at {Next:u}: {Reason}")]
    private partial void LogLater(string kind, string reference, int attempt, DateTime next, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail \"{Kind}\" about {Reference} failed after {Attempt} attempt(s), a person must look: {Reason}")]
    private partial void LogFailed(string kind, string reference, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "All mail is paused: {Reason}")]
    private partial void LogPaused(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The transport threw {Exception} for mail {Id}")]
    private partial void LogTransportBroke(string exception, Guid id);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox was interrupted and goes on")]
    private partial void LogInterrupted(Exception exception);
}

/// <param name="Reason">What an operator should change.</param>
public sealed record MailPause(string Reason, DateTime UntilUtc);
