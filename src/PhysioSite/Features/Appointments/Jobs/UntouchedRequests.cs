using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Features.Appointments.Notifications;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Leads requests that nobody touches towards their erasure: a scheduled one is closed as unconfirmed a week after the agreed time, and of
/// one that still waits the managers are told twice. Part of the retention run, so that a wrong clock does not cause it.
/// </summary>
public sealed class UntouchedRequests(SiteDbContext db, RequestNotifications notifications, IOptions<RetentionOptions> options)
{
    /// <summary>Days after the agreed time, and between two steps towards the erasure of a waiting request.</summary>
    public const int StepDays = 7;

    /// <summary>Number of times the managers are told before an erasure.</summary>
    public const int Warnings = 2;

    public async Task ProcessAsync(DateTime now, CancellationToken cancellationToken)
    {
        var before = now.AddDays(-StepDays);
        var isUnconfirmed = db.Set<AppointmentRequest>()
            .Where(request => request.State == RequestState.Scheduled && request.AgreedUtc < before);
        var untouchedBefore = now.AddDays(-options.Value.OpenDays);
        var isUntouched = db.Set<AppointmentRequest>()
            .Where(request => AppointmentRequest.WaitingStates.Contains(request.State) && request.ChangedUtc < untouchedBefore)
            .Where(request => request.RetentionHoldReason == null && request.ErasureWarnings < Warnings)
            .Where(request => request.WarnedUtc == null || request.WarnedUtc < before);
        if (!await isUnconfirmed.AnyAsync(cancellationToken) && !await isUntouched.AnyAsync(cancellationToken))
        {
            return;
        }

        var unconfirmed = await isUnconfirmed.ToListAsync(cancellationToken);
        unconfirmed.ForEach(request => request.CloseUnconfirmed(now));
        var untouched = await isUntouched
            .OrderBy(request => request.ClinicSlug).ThenBy(request => request.DueUtc)
            .ToListAsync(cancellationToken);
        foreach (var told in untouched.GroupBy(request => request.ErasureWarnings))
        {
            notifications.WarnOfErasure([.. told], isLast: told.Key == Warnings - 1, StepDays, now);
        }

        untouched.ForEach(request => request.WarnOfErasure(now));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // One of them was changed concurrently. The run of the next day checks them again.
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }
}
