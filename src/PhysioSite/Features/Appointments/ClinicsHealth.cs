using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PhysioSite.Content;
using PhysioSite.Data;

namespace PhysioSite.Features.Appointments;

/// <summary>
/// Reports open requests of a clinic that is not part of the content, for example because its file was renamed without an alias. Its
/// staff still see them, and their reminders go to the managers.
/// </summary>
internal sealed class ClinicsHealth(SiteDbContext db, ContentLibrary library) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var known = library.English.Clinics.SelectMany(clinic => clinic.Slugs).ToList();
        var missing = await db.Set<AppointmentRequest>()
            .Where(request => request.State != RequestState.Closed && request.State != RequestState.Withdrawn)
            .Where(request => !known.Contains(request.ClinicSlug))
            .GroupBy(request => request.ClinicSlug)
            .Select(group => new { Slug = group.Key, Count = group.Count() })
            .ToListAsync(cancellationToken);
        return missing.Count == 0
            ? HealthCheckResult.Healthy("Every open request belongs to a clinic of the content.")
            : HealthCheckResult.Degraded(string.Join(' ', missing.Select(clinic =>
                $"{clinic.Count} open requests belong to clinics/{clinic.Slug}.md, which does not exist. If it was renamed, add its old "
                + "name to the aliases of the new file.")));
    }
}
