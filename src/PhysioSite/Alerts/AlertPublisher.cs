using Microsoft.Extensions.Diagnostics.HealthChecks;
using PhysioSite.Web;

namespace PhysioSite.Alerts;

/// <summary>
/// Sends an alert for each health check that is unhealthy or asks for one (<see cref="HealthChecks.AlertData"/>), and a message when the
/// cause is gone. A message that the webhook does not accept is retried.
/// </summary>
/// <remarks>What was sent is kept in memory: after a restart, an alert whose cause remains is sent again.</remarks>
internal sealed partial class AlertPublisher(AlertWebhook webhook, SiteAddress address, TimeProvider time, ILogger<AlertPublisher> log)
    : IHealthCheckPublisher
{
    private static readonly TimeSpan ReminderInterval = TimeSpan.FromDays(1);

    /// <summary>The minimum time between two alerts of the same check, so that a changing state does not send one a minute.</summary>
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan[] Backoff = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    private readonly Dictionary<string, Alert> _alerts = [];
    private int _failures;
    private DateTime _failedUtc;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Called with one report at a time.</summary>
    public async Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        var problems = Problems(report);
        foreach (var name in problems.Keys.Where(name => !_alerts.ContainsKey(name)))
        {
            _alerts[name] = new Alert();
        }

        if (_failures > 0 && !HasPassed(_failedUtc, Backoff[Math.Min(_failures, Backoff.Length) - 1]))
        {
            return;
        }

        foreach (var (name, alert) in _alerts.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList())
        {
            var problem = problems.GetValueOrDefault(name);
            var message = problem is null
                ? alert.IsOpen ? $"Resolved: {name} of {Site}." : null
                : !alert.IsOpen && HasPassed(alert.SentUtc, RepeatInterval) ? $"Problem: {name} of {Site}. {problem}"
                : alert.IsOpen && HasPassed(alert.SentUtc, ReminderInterval) ? $"Still a problem: {name} of {Site}. {problem}"
                : null;
            if (message is not null && !await TrySendAsync(message, cancellationToken))
            {
                return;
            }

            if (message is not null)
            {
                alert.IsOpen = problem is not null;
                alert.SentUtc = problem is null ? alert.SentUtc : Now;
            }
            else if (problem is null && HasPassed(alert.SentUtc, RepeatInterval))
            {
                _alerts.Remove(name);
            }
        }
    }

    private string Site => address.PublicHost;

    private static Dictionary<string, string> Problems(HealthReport report) => report.Entries
        .Select(entry => (entry.Key, Text: entry.Value.Data.GetValueOrDefault(HealthChecks.AlertData) as string
            ?? (entry.Value.Status == HealthStatus.Unhealthy ? entry.Value.Description ?? "The check failed." : null)))
        .Where(problem => problem.Text is not null)
        .ToDictionary(problem => problem.Key, problem => problem.Text!);

    /// <summary>Whether an interval has passed, also when the clock was set back in between.</summary>
    private bool HasPassed(DateTime? sinceUtc, TimeSpan interval) => sinceUtc is not { } since || Now < since || Now >= since + interval;

    private async Task<bool> TrySendAsync(string message, CancellationToken cancellationToken)
    {
        if (await webhook.SendAsync(message, cancellationToken) is { } fault)
        {
            (_failures, _failedUtc) = (_failures + 1, Now);
            LogNotSent(fault);
            return false;
        }

        _failures = 0;
        LogSent(message);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alert sent: {Message}")]
    private partial void LogSent(string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "An alert could not be sent and is tried again: {Fault}")]
    private partial void LogNotSent(string fault);

    private sealed class Alert
    {
        /// <summary>Whether the webhook was told of the problem and not yet of its end.</summary>
        public bool IsOpen { get; set; }

        /// <summary>When the webhook was last told of the problem.</summary>
        public DateTime? SentUtc { get; set; }
    }
}
