using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Features.Staff;

/// <summary>Erases a request before its time, because the patient asked for it or it should never have come.</summary>
public sealed class ErasureDesk(SiteDbContext db, StaffScope scope, Erasure erasure, WriteAheadLog writeAheadLog, TimeProvider time)
{
    /// <summary>Only administrators may; what they may not do is not there for others.</summary>
    public bool IsOpen => scope.IsAdministrator;

    /// <param name="version">Of the request that the page showed.</param>
    public async Task<DeskResult> EraseAsync(string reference, int version, CancellationToken cancellationToken)
    {
        if (!IsOpen
            || await (await scope.RequestsAsync(cancellationToken)).Include(request => request.History.Where(happened => happened.Note != null))
                .SingleOrDefaultAsync(request => request.Reference == reference, cancellationToken) is not { } request)
        {
            return DeskResult.NotFound;
        }

        if (request.Version != version || request.KeepReason is not null || request.ErasedUtc is not null)
        {
            return DeskResult.ChangedMeanwhile;
        }

        try
        {
            await erasure.EraseAsync([request], scope.Actor, time.GetUtcNow().UtcDateTime, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return DeskResult.ChangedMeanwhile;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }

        // From here on it is erased, also when the one who asked has gone.
        await writeAheadLog.EmptyAsync(CancellationToken.None);
        return DeskResult.Done;
    }
}
