using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Features.Appointments.Notifications;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>Reminds patients of their appointment on the day before. Each reminder is one save with its email.</summary>
public sealed class Reminders(SiteDbContext db, PatientNotifications notifications, TimeProvider time)
{
    private const int BatchSize = 100;

    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var due = await db.Set<AppointmentRequest>()
            .Where(request => request.RemindUtc <= now)
            .OrderBy(request => request.RemindUtc)
            .Select(request => request.Id)
            .Take(BatchSize)
            .ToListAsync(cancellationToken);
        foreach (var id in due)
        {
            var request = await db.Set<AppointmentRequest>().SingleAsync(request => request.Id == id, cancellationToken);
            if (request.RemindUtc <= now)
            {
                // After an interruption, the appointment may be over.
                var isAhead = request.HasAppointmentAhead(now);
                request.EndReminder(isAhead && notifications.Remind(request, now), now);
                try
                {
                    await db.SaveChangesAsync(cancellationToken);
                }
                catch (DbUpdateConcurrencyException)
                {
                    // The request was changed concurrently. The next run checks it again.
                }
            }

            db.ChangeTracker.Clear();
        }
    }
}
