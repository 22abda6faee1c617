using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PhysioSite.Features.Appointments.Jobs;

internal sealed class RetentionHealth(RetentionGuard guard) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await guard.FindHoldReasonAsync(cancellationToken) is { } reason
                ? HealthCheckResult.Degraded($"Nothing is erased: {reason} If all is right, run the command retention --confirm.")
                : HealthCheckResult.Healthy("Data past its retention period is erased.");
        }
        catch (DbException e)
        {
            return HealthCheckResult.Degraded("Nothing is erased while the database does not answer.", e);
        }
    }
}
