using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PhysioSite.Web;

/// <summary>
/// Logs when the status of a health check changes. The framework logs the result of every probe, which during an outage is the same line
/// every few seconds.
/// </summary>
internal sealed partial class HealthStatusLog(HealthCheckService checks, ILogger<HealthStatusLog> log) : HealthCheckService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HealthStatus> _statuses = [];

    public override async Task<HealthReport> CheckHealthAsync(
        Func<HealthCheckRegistration, bool>? predicate, CancellationToken cancellationToken = default)
    {
        var report = await checks.CheckHealthAsync(predicate, cancellationToken);
        foreach (var (name, entry) in report.Entries.Where(entry => HasChanged(entry.Key, entry.Value.Status)))
        {
            var level = LevelOf(entry.Status);
            LogStatus(level, entry.Exception, name, entry.Status, entry.Description);
        }

        return report;
    }

    private bool HasChanged(string name, HealthStatus status)
    {
        lock (_lock)
        {
            var before = _statuses.GetValueOrDefault(name, HealthStatus.Healthy);
            _statuses[name] = status;
            return status != before;
        }
    }

    /// <summary>As the framework has it, except that the end of a problem is logged too.</summary>
    private static LogLevel LevelOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => LogLevel.Information,
        HealthStatus.Degraded => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    [LoggerMessage(Message = "The health check {Name} is now {Status}: {Description}")]
    private partial void LogStatus(LogLevel level, Exception? exception, string name, HealthStatus status, string? description);
}

internal static class HealthStatusLogging
{
    /// <summary>Replaces what the framework logs of the checks.</summary>
    public static IHealthChecksBuilder LogChangesOnly(this IHealthChecksBuilder checks)
    {
        var framework = checks.Services.Single(service => service.ServiceType == typeof(HealthCheckService)).ImplementationType!;
        checks.Services.AddLogging(logging => logging.AddFilter(framework.FullName, LogLevel.None));
        checks.Services.Replace(ServiceDescriptor.Singleton<HealthCheckService>(provider =>
            ActivatorUtilities.CreateInstance<HealthStatusLog>(provider, ActivatorUtilities.CreateInstance(provider, framework))));
        return checks;
    }
}
