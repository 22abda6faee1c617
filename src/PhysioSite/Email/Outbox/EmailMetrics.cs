using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Metrics;
using PhysioSite.Telemetry;

namespace PhysioSite.Email.Outbox;

/// <summary>Measurements of the outbox.</summary>
public sealed class EmailMetrics
{
    private const string Kind = "physiosite.email.kind";
    private const string State = "physiosite.email.state";

    private readonly Counter<long> _attempts;
    private readonly TimeProvider _time;

    public EmailMetrics(IMeterFactory meters, IServiceScopeFactory scopes, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(SiteTelemetry.Name);
        _attempts = meter.CreateCounter<long>("physiosite.email.attempts", "{attempt}", "Attempts to send an email.");
        meter.CreateDatabaseGauge("physiosite.email.unsent", "{email}", "Emails that were not sent.", scopes, CountUnsentAsync);
        meter.CreateDatabaseGauge(
            "physiosite.email.oldest_waiting.age", "s", "Age of the oldest email that waits to be sent.", scopes, ReadOldestAsync);
    }

    public void CountAttempt(EmailKind kind, DeliveryOutcome outcome) => _attempts.Add(
        1, new(Kind, kind.ToString()), new(SiteTelemetry.Outcome, NameOf(outcome)));

    private static string NameOf(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Sent => "sent",
        DeliveryOutcome.TryLater => "try_later",
        DeliveryOutcome.SettingsAtFault => "paused",
        _ => "refused",
    };

    private static async Task<IEnumerable<Measurement<long>>> CountUnsentAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        var emails = db.Set<OutboxEmail>();
        var waiting = await emails.LongCountAsync(email => email.State == OutboxState.Waiting, cancellationToken);
        var failed = await emails.LongCountAsync(email => email.State == OutboxState.Failed, cancellationToken);
        return
        [
            new(waiting, new KeyValuePair<string, object?>(State, "waiting")),
            new(failed, new KeyValuePair<string, object?>(State, "failed")),
        ];
    }

    private async Task<IEnumerable<Measurement<double>>> ReadOldestAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        var oldest = await db.Set<OutboxEmail>()
            .Where(email => email.State == OutboxState.Waiting)
            .MinAsync(email => (DateTime?)email.CreatedUtc, cancellationToken);
        return [new(oldest is { } written ? (_time.GetUtcNow().UtcDateTime - written).TotalSeconds : 0)];
    }
}
