using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.Notifications;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>Applies changes by staff to requests. Each change writes an audit row in the same save.</summary>
public sealed partial class RequestWorkflow(
    SiteDbContext db,
    StaffScope scope,
    RequestNotifications notifications,
    IOptions<AppointmentOptions> options,
    TimeProvider time,
    ILogger<RequestWorkflow> log)
{
    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>A request with its history, newest first.</summary>
    public async Task<AppointmentRequest?> FindAsync(string reference, CancellationToken cancellationToken)
    {
        var wanted = Reference.Clean(reference);
        return await (await scope.RequestsAsync(cancellationToken))
            .Include(request => request.History.OrderByDescending(happened => happened.AtUtc).ThenByDescending(happened => happened.Id))
            .SingleOrDefaultAsync(request => request.Reference == wanted, cancellationToken);
    }

    /// <summary>
    /// Loads a request and records that it was viewed. When that cannot be stored, the log has it: staff must be able to call patients
    /// while the disk is full.
    /// </summary>
    public async Task<AppointmentRequest?> ViewAsync(string reference, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(reference, cancellationToken) is { } request)
        {
            request.RecordView(scope.Actor, Now);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (Exception e) when (StorageFailure.Is(e))
            {
                LogViewNotStored(e, scope.Actor.Id, reference);
            }

            db.ChangeTracker.Clear();
        }

        return await FindAsync(reference, cancellationToken);
    }

    /// <summary>Changes an open request that is not held.</summary>
    /// <param name="version">Version of the request that the page showed.</param>
    public Task<ChangeResult> ProcessAsync(
        string reference, int version, Action<AppointmentRequest, StaffActor, DateTime> change, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            version,
            request => request.CanBeProcessed ? null : request.IsHeld ? ChangeResult.Held : ChangeResult.ChangedMeanwhile,
            change,
            cancellationToken);

    /// <summary>Changes a request in any state, for example adds a note.</summary>
    /// <param name="version">Version of the request that the page showed.</param>
    public Task<ChangeResult> AnnotateAsync(
        string reference, int version, Action<AppointmentRequest, StaffActor, DateTime> change, CancellationToken cancellationToken) =>
        ChangeAsync(reference, version, _ => null, change, cancellationToken);

    /// <summary>
    /// Releases a held request to its clinic and queues the emails that were withheld. When two people release it at the same time, only
    /// one succeeds. Without a readable token no email is sent to the patient, because that email contains the private link.
    /// </summary>
    public async Task<ChangeResult> ReleaseAsync(string reference, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(reference, cancellationToken) is not { } request)
        {
            return ChangeResult.NotFound;
        }

        if (await scope.FindClinicAsync(request.ClinicSlug, cancellationToken) is not { } clinic)
        {
            return ChangeResult.ClinicRemoved;
        }

        if (!request.IsHeld)
        {
            return ChangeResult.ChangedMeanwhile;
        }

        if (request.Details.Value is not { } details)
        {
            return ChangeResult.Unreadable;
        }

        var now = Now;
        var token = request.HeldToken?.Value;
        request.Release(scope.Actor, DueTime.After(clinic, now, options.Value.AnswerWithin), now);
        notifications.NotifyClinic(request, details, now);
        if (token is not null)
        {
            notifications.ConfirmToPatient(request, details, token, now);
        }

        var result = await SaveAsync(cancellationToken);
        if (result == ChangeResult.Done)
        {
            LogReleased(request.Reference);
            return token is null && details.Email is not null ? ChangeResult.PatientNotWrittenTo : ChangeResult.Done;
        }

        return result;
    }

    /// <summary>Closes a held request that is spam.</summary>
    public async Task<ChangeResult> CloseHeldAsync(string reference, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(reference, cancellationToken) is not { } request)
        {
            return ChangeResult.NotFound;
        }

        if (!request.IsHeld)
        {
            return ChangeResult.ChangedMeanwhile;
        }

        request.CloseHeld(scope.Actor, Now);
        return await SaveAsync(cancellationToken);
    }

    /// <param name="refusal">The reason why the state of the request does not allow the change, or null.</param>
    private async Task<ChangeResult> ChangeAsync(
        string reference,
        int version,
        Func<AppointmentRequest, ChangeResult?> refusal,
        Action<AppointmentRequest, StaffActor, DateTime> change,
        CancellationToken cancellationToken)
    {
        if (await FindRowAsync(reference, cancellationToken) is not { } request)
        {
            return ChangeResult.NotFound;
        }

        if (request.Version != version || request.IsErased)
        {
            return ChangeResult.ChangedMeanwhile;
        }

        if (refusal(request) is { } refused)
        {
            return refused;
        }

        change(request, scope.Actor, Now);
        return await SaveAsync(cancellationToken);
    }

    private async Task<AppointmentRequest?> FindRowAsync(string reference, CancellationToken cancellationToken)
    {
        var wanted = Reference.Clean(reference);
        return await (await scope.RequestsAsync(cancellationToken))
            .SingleOrDefaultAsync(request => request.Reference == wanted, cancellationToken);
    }

    private async Task<ChangeResult> SaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return ChangeResult.Done;
        }
        catch (DbUpdateConcurrencyException)
        {
            return ChangeResult.ChangedMeanwhile;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            LogNotStored(e);
            return ChangeResult.NotStored;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Staff member {Member} viewed request {Reference}, which could not be stored in its history")]
    private partial void LogViewNotStored(Exception exception, Guid member, string reference);

    [LoggerMessage(Level = LogLevel.Error, Message = "A change of a request could not be stored; the person was told so")]
    private partial void LogNotStored(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} released")]
    private partial void LogReleased(string reference);
}
