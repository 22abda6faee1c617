using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Features.Appointments.Assignment;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>Returns claimed requests without activity to the queue, after <see cref="AppointmentOptions.ClaimOpenHours"/>.</summary>
public sealed partial class StaleClaims(
    SiteDbContext db, ContentLibrary library, IOptions<AppointmentOptions> options, TimeProvider time, ILogger<StaleClaims> log)
{
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        var within = options.Value.ClaimWithin;
        if (within == TimeSpan.Zero)
        {
            return;
        }

        // A request with a next try is due again by itself.
        var now = time.GetUtcNow().UtcDateTime;
        var before = now - within;
        var claimed = await db.Set<AppointmentRequest>()
            .Where(request => request.State == RequestState.Claimed && request.EscalateUtc == null && request.ChangedUtc <= before)
            .Select(request => new { request.Id, request.ClinicSlug, request.ChangedUtc })
            .ToListAsync(cancellationToken);
        foreach (var row in claimed.Where(row => IsStale(row.ClinicSlug, row.ChangedUtc, within, now)))
        {
            var request = await db.Set<AppointmentRequest>().SingleAsync(request => request.Id == row.Id, cancellationToken);
            if (request.ChangedUtc == row.ChangedUtc)
            {
                request.ReleaseClaim(null, null, now);
                try
                {
                    await db.SaveChangesAsync(cancellationToken);
                    LogReleased(request.Reference);
                }
                catch (DbUpdateConcurrencyException)
                {
                    // Someone has just worked on it.
                }
            }

            db.ChangeTracker.Clear();
        }
    }

    private bool IsStale(string clinicSlug, DateTime changedUtc, TimeSpan within, DateTime now) =>
        library.English.FindClinic(clinicSlug) is not { } clinic || DueTime.After(clinic, changedUtc, within) <= now;

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} returned to the queue: no activity after its claim")]
    private partial void LogReleased(string reference);
}
