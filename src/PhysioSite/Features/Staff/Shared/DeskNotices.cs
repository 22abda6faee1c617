using Microsoft.Extensions.Diagnostics.HealthChecks;
using PhysioSite.Email.Outbox;
using PhysioSite.Web;

namespace PhysioSite.Features.Staff.Shared;

/// <summary>
/// Faults of the site that staff must know of, because patients or clinics are not reached by it. They are found by the readiness checks,
/// in words without settings and addresses.
/// </summary>
public sealed class DeskNotices(HealthCheckService health, OutboxWorker worker)
{
    private static readonly string[] Checks = ["email", "forms"];

    public async Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(check => Checks.Contains(check.Name), cancellationToken);
        bool HasAlert(string check) =>
            report.Entries.TryGetValue(check, out var entry)
            && (entry.Data.ContainsKey(HealthChecks.AlertData) || entry.Status == HealthStatus.Unhealthy);
        var notices = new List<string>();
        if (worker.Pause is not null || HasAlert("email"))
        {
            notices.Add(
                "Email is not leaving this site. New requests are here, but clinics and patients get no email about them. Tell the people "
                + "who run this site.");
        }

        if (HasAlert("forms"))
        {
            notices.Add(
                "Forms of this site were refused within the last hour, so patients may not be able to send a request. Tell the people who "
                + "run this site.");
        }

        return notices;
    }
}
