using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PhysioSite.Features.Appointments.Jobs;

internal sealed class RetentionHealth(RetentionGuard guard) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(guard.HoldReason is { } reason
            ? HealthCheckResult.Degraded($"Nothing is erased: {reason} If all is right, run the command retention --confirm.")
            : HealthCheckResult.Healthy("Data past its retention period is erased."));
}
