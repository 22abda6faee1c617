using PhysioSite.Data;
using PhysioSite.Data.Saving;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Features.Staff.Live;

/// <summary>Publishes requests that were saved, and changes of accounts, which may end sessions.</summary>
internal sealed class SavedRequests(LiveUpdates updates) : ISavedRowsObserver
{
    public void OnSaved(IReadOnlyCollection<object> entities)
    {
        foreach (var clinicSlug in entities.OfType<AppointmentRequest>().Select(request => request.ClinicSlug).Distinct())
        {
            updates.Publish(clinicSlug);
        }

        if (entities.OfType<StaffMember>().Any())
        {
            updates.CheckSessions();
        }
    }
}
