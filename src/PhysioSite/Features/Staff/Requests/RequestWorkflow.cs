using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

public enum ChangeResult
{
    Done,

    /// <summary>The request does not exist or belongs to another clinic.</summary>
    NotFound,

    /// <summary>The request was changed since the page was loaded. Nothing was saved.</summary>
    ChangedMeanwhile,

    /// <summary>The request is held as possible spam and must be released first.</summary>
    Held,

    /// <summary>The request was released, but the patient was not sent their private link because it cannot be decrypted.</summary>
    PatientNotWrittenTo,

    /// <summary>The patient's data, which the change needs, cannot be decrypted. Nothing was saved.</summary>
    Unreadable,
}

/// <summary>Result messages that two pages share.</summary>
public static class ChangeResults
{
    public const string PatientNotWrittenTo = "The patient was not written to: their private link cannot be read";

    public const string Unreadable =
        "What the sender told us cannot be read, so there is nothing to give to the clinic. Ask whoever runs this site to look at the keys";
}

/// <summary>Applies changes by staff to requests. Each change writes an audit row in the same save.</summary>
public sealed class RequestWorkflow(SiteDbContext db, StaffScope scope, AppointmentService desk, TimeProvider time)
{
    public async Task<AppointmentRequest?> FindAsync(string reference, CancellationToken cancellationToken) =>
        await (await scope.RequestsAsync(cancellationToken))
            .Include(request => request.History.OrderByDescending(happened => happened.AtUtc).ThenByDescending(happened => happened.Id))
            .SingleOrDefaultAsync(request => request.Reference == reference, cancellationToken);

    /// <summary>Loads a request and records that it was viewed.</summary>
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

    /// <param name="version">Version of the request that the page showed.</param>
    /// <param name="openOnly">Whether the change is not allowed once the request is closed or withdrawn.</param>
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

    /// <summary>Releases a held request to its clinic. When two people release it at the same time, only one succeeds.</summary>
    public async Task<ChangeResult> ReleaseAsync(string reference, CancellationToken cancellationToken)
    {
        // A clinic that is no longer in the content has no inbox address.
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
