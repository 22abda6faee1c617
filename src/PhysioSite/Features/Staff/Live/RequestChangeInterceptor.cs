using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Features.Staff.Live;

/// <summary>Publishes requests that were saved, and changes of accounts, which may end sessions.</summary>
internal sealed class RequestChangeInterceptor(LiveUpdates updates) : SaveChangesInterceptor
{
    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        var tracker = eventData.Context!.ChangeTracker;
        foreach (var clinicSlug in tracker.Entries<AppointmentRequest>().Select(request => request.Entity.ClinicSlug).Distinct())
        {
            updates.Publish(clinicSlug);
        }

        if (tracker.Entries<StaffMember>().Any())
        {
            updates.CheckSessions();
        }

        return base.SavedChangesAsync(eventData, result, cancellationToken);
    }
}
