using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Workflow;

/// <summary>
/// Erases a request before its retention period ends, because the patient asked for it or the request should not have been sent. Only
/// administrators may do that; for other users the function does not exist.
/// </summary>
public sealed class RequestErasure(
    SiteDbContext db, StaffScope scope, Erasure erasure, ErasedDataPurge purge, TimeProvider time)
{
    /// <param name="version">Version of the request that the page showed.</param>
    public async Task<ChangeResult> EraseAsync(string reference, int version, CancellationToken cancellationToken)
    {
        if (!scope.IsAdministrator
            || await (await scope.RequestsAsync(cancellationToken))
                .Include(request => request.History.Where(happened => happened.Note != null || happened.TimeUtc != null))
                .SingleOrDefaultAsync(request => request.Reference == reference, cancellationToken) is not { } request)
        {
            return ChangeResult.NotFound;
        }

        if (request.RetentionHoldReason is not null)
        {
            return ChangeResult.RetentionHold;
        }

        if (request.Version != version || request.IsErased)
        {
            return ChangeResult.ChangedMeanwhile;
        }

        try
        {
            await erasure.EraseAsync([request], scope.Actor, time.GetUtcNow().UtcDateTime, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return ChangeResult.ChangedMeanwhile;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            return ChangeResult.NotStored;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }

        // The erasure is committed at this point, so the purge runs even if the client has disconnected.
        await purge.RunAsync(db, CancellationToken.None);
        return ChangeResult.Done;
    }
}
