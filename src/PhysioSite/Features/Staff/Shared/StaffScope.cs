using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Features.Staff.Shared;

/// <summary>
/// The data that the signed-in staff member may see. Every staff query starts here, so data of other clinics is treated as not found. The
/// clinics are read from the database on each request, so a change takes effect on the next request.
/// </summary>
public sealed class StaffScope(SiteDbContext db, IHttpContextAccessor http, ContentLibrary library)
{
    private List<string>? _slugs;

    public bool IsAdministrator => User.IsInRole(StaffRoles.Administrator);

    public StaffActor Actor => new(
        Guid.Parse(User.FindFirstValue(ClaimTypes.NameIdentifier)!), User.FindFirstValue(StaffClaims.DisplayName)!);

    private ClaimsPrincipal User => http.HttpContext!.User;

    public async Task<IQueryable<AppointmentRequest>> RequestsAsync(CancellationToken cancellationToken)
    {
        var slugs = await SlugsAsync(cancellationToken);
        var all = db.Set<AppointmentRequest>();
        return IsAdministrator ? all : all.Where(request => slugs.Contains(request.ClinicSlug));
    }

    public async Task<IQueryable<OutboxEmail>> EmailsAsync(CancellationToken cancellationToken)
    {
        var slugs = await SlugsAsync(cancellationToken);
        var all = db.Set<OutboxEmail>();
        return IsAdministrator ? all : all.Where(email => slugs.Contains(email.ClinicSlug));
    }

    /// <summary>Whether the user may see the requests of one of the clinics.</summary>
    public async Task<bool> SeesAnyAsync(IReadOnlyCollection<string> clinicSlugs, CancellationToken cancellationToken)
    {
        var slugs = await SlugsAsync(cancellationToken);
        return clinicSlugs.Count > 0 && (IsAdministrator || clinicSlugs.Any(slugs.Contains));
    }

    /// <summary>The clinics whose requests the user may see, sorted by name.</summary>
    public async Task<IReadOnlyList<Clinic>> ClinicsAsync(CancellationToken cancellationToken)
    {
        var slugs = await SlugsAsync(cancellationToken);
        return [.. library.Current.Clinics.Where(clinic => IsAdministrator || slugs.Contains(clinic.Slug))];
    }

    /// <summary>Null when the clinic is not part of the content, or its requests are not visible to the user.</summary>
    /// <param name="slug">The slug of the clinic or one of its aliases.</param>
    public async Task<Clinic?> FindClinicAsync(string? slug, CancellationToken cancellationToken) =>
        (await ClinicsAsync(cancellationToken)).FirstOrDefault(clinic => clinic.Slugs.Contains(slug));

    /// <summary>
    /// The slugs of the user's clinics. A renamed clinic has several: requests, emails and the account may have any of them.
    /// </summary>
    private async Task<List<string>> SlugsAsync(CancellationToken cancellationToken)
    {
        if (_slugs is null)
        {
            var id = Actor.Id;
            var stored = await db.Set<StaffClinic>()
                .Where(clinic => clinic.StaffMemberId == id)
                .Select(clinic => clinic.ClinicSlug)
                .ToListAsync(cancellationToken);
            _slugs = [.. stored.SelectMany(slug => library.English.FindClinic(slug)?.Slugs ?? [slug]).Distinct()];
        }

        return _slugs;
    }
}
