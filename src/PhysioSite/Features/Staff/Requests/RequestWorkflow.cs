using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

public enum ChangeResult
{
    Done,

    /// <summary>Not there, or another clinic's.</summary>
    NotFound,

    /// <summary>Somebody changed the request since the page was opened. Nothing was changed.</summary>
    ChangedMeanwhile,

    /// <summary>The request is held as possible spam, and is to be released before it is worked.</summary>
    Held,

    /// <summary>Released, but the patient was not sent their private link, which cannot be read.</summary>
    PatientNotWrittenTo,

    /// <summary>What the patient told us cannot be read, and the change needs it. Nothing was changed.</summary>
    Unreadable,
}

/// <summary>Results that two pages tell in the same words.</summary>
public static class ChangeResults
{
    public const string PatientNotWrittenTo = "The patient was not written to: their private link cannot be read";

    public const string Unreadable =
        "What the sender told us cannot be read, so there is nothing to give to the clinic. Ask whoever runs this site to look at the keys";
}

/// <summary>Changes that staff make to requests; each leaves an audit row in the same save.</summary>
public sealed class RequestWorkflow(SiteDbContext db, StaffScope scope, AppointmentService desk, TimeProvider time)
{
    public async Task<AppointmentRequest?> FindAsync(string reference, CancellationToken cancellationToken) =>
        await (await scope.RequestsAsync(cancellationToken))
            .Include(request => request.History.OrderByDescending(happened => happened.AtUtc).ThenByDescending(happened => happened.Id))
            .SingleOrDefaultAsync(request => request.Reference == reference, cancellationToken);

    /// <summary>Opens a request and records that it was seen.</summary>
    public async Task<AppointmentRequest?> ViewAsync(string reference, CancellationToken cancellationToken)
    {
        if (await (await scope.RequestsAsync(cancellationToken)).SingleOrDefaultAsync(request => request.Reference == reference, cancellationToken) is { } request)
        {
            request.RecordView(scope.Actor, Now);
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }

        return await FindAsync(reference, cancellationToken);
    }

    /// <param name="version">Of the request that the page showed.</param>
    /// <param name="openOnly">Whether the change makes no sense once the request is closed or withdrawn.</param>
    public async Task<ChangeResult> ChangeAsync(
        string reference, int version, bool openOnly, Action<AppointmentRequest, StaffActor, DateTime> change, CancellationToken cancellationToken)
    {
        if (await (await scope.RequestsAsync(cancellationToken)).SingleOrDefaultAsync(request => request.Reference == reference, cancellationToken) is not { } request)
        {
            return ChangeResult.NotFound;
        }

        if (request.Version != version || (openOnly && !request.IsOpen) || request.ErasedUtc is not null)
        {
            return ChangeResult.ChangedMeanwhile;
        }

        if (openOnly && request.IsHeld)
        {
            return ChangeResult.Held;
        }

        change(request, scope.Actor, Now);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return ChangeResult.Done;
        }
        catch (DbUpdateConcurrencyException)
        {
            return ChangeResult.ChangedMeanwhile;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Gives a held request to its clinic. Of two people who release it, one does.</summary>
    public async Task<ChangeResult> ReleaseAsync(string reference, CancellationToken cancellationToken)
    {
        // A clinic that is no longer part of the content has no inbox to write to.
        var slugs = (await scope.ClinicsAsync(cancellationToken)).Select(clinic => clinic.Slug).ToList();
        var request = await (await scope.RequestsAsync(cancellationToken))
            .SingleOrDefaultAsync(request => request.Reference == reference && slugs.Contains(request.ClinicSlug), cancellationToken);
        try
        {
            return request is null ? ChangeResult.NotFound
                : await desk.ReleaseAsync(request, scope.Actor, cancellationToken) switch
                {
                    ReleaseResult.Released => ChangeResult.Done,
                    ReleaseResult.PatientNotWrittenTo => ChangeResult.PatientNotWrittenTo,
                    ReleaseResult.Unreadable => ChangeResult.Unreadable,
                    _ => ChangeResult.ChangedMeanwhile,
                };
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}
