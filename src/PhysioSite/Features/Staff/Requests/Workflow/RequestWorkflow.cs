using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Appointments.Notifications;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Requests.Workflow;

/// <summary>Applies changes by staff to requests. Each change writes an audit row in the same save.</summary>
public sealed partial class RequestWorkflow(
    SiteDbContext db,
    StaffScope scope,
    RequestNotifications notifications,
    PatientNotifications patients,
    RequestIndex index,
    IOptions<AppointmentOptions> options,
    ContentLibrary library,
    TimeProvider time,
    ILogger<RequestWorkflow> log)
{
    /// <summary>Undoes the last change. Null when there was none, or when the patient is told of it.</summary>
    public UndoStep? LastStep { get; private set; }

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
                var failure = StorageFailure.ForLog(e);
                LogViewNotStored(failure.Exception, scope.Actor.Id, reference, failure.Reason);
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

    /// <summary>Releases a held request without a note.</summary>
    public Task<ChangeResult> ReleaseAsync(string reference, CancellationToken cancellationToken) =>
        ReleaseAsync(reference, null, cancellationToken);

    /// <summary>
    /// Releases a held request to its clinic and queues the emails that were withheld. When two people release it at the same time, only
    /// one succeeds. Without a readable token no email is sent to the patient, because that email contains the private link.
    /// </summary>
    public async Task<ChangeResult> ReleaseAsync(string reference, string? note, CancellationToken cancellationToken)
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
        var token = request.StatusToken?.Value;
        request.Release(scope.Actor, DueTime.After(clinic, now, options.Value.AnswerWithin), note, now);
        notifications.NotifyClinic(request, details, now);
        patients.Confirm(request, now);

        var result = await SaveAsync(cancellationToken);
        if (result == ChangeResult.Done)
        {
            LogReleased(request.Reference);
            return details.Email is null ? ChangeResult.NoAddress : token is null ? ChangeResult.PatientNotWrittenTo : ChangeResult.Done;
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

    /// <summary>
    /// Records an agreed time and tells the patient, with a reminder on the day before if the clinic sends them. Of a time that has passed
    /// the patient is not told.
    /// </summary>
    public Task<ChangeResult> ScheduleAsync(
        string reference, int version, DateTime agreedUtc, string? note, CancellationToken cancellationToken) =>
        ProcessAsync(
            reference,
            version,
            (request, by, now) =>
            {
                var remind = agreedUtc.AddDays(-1);
                var isReminded = remind > now && ClinicOf(request) is { SendsReminders: true } && request.Details.Value?.Email is not null;
                request.Schedule(by, agreedUtc, isReminded ? remind : null, note, now);
            },
            cancellationToken);

    public Task<ChangeResult> RecordCallAsync(
        string reference, int version, CallResult result, NextTry next, string? note, CancellationToken cancellationToken) =>
        ProcessAsync(
            reference,
            version,
            (request, by, now) => request.RecordCall(by, result, NextTries.Time(next, ClinicOf(request), now), note, now),
            cancellationToken);

    /// <summary>Drops an agreed time. The request is due again, and the patient is told.</summary>
    public Task<ChangeResult> UnscheduleAsync(string reference, int version, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            version,
            request => request.State == RequestState.Scheduled ? null : ChangeResult.ChangedMeanwhile,
            (request, by, now) => request.Unschedule(by, DueFrom(request, now), note, now),
            cancellationToken);

    public Task<ChangeResult> ReopenAsync(string reference, int version, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            version,
            request => request.CanBeReopened ? null : ChangeResult.ChangedMeanwhile,
            (request, by, now) => request.Reopen(by, DueFrom(request, now), note, now),
            cancellationToken);

    public Task<ChangeResult> ReleaseClaimAsync(string reference, int version, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            version,
            request => request is { CanBeProcessed: true, ClaimedById: not null } ? null : ChangeResult.ChangedMeanwhile,
            (request, by, now) => request.ReleaseClaim(by, note, now),
            cancellationToken);

    public Task<ChangeResult> CorrectOutcomeAsync(
        string reference, int version, RequestOutcome outcome, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            version,
            request => request.State == RequestState.Closed ? null : ChangeResult.ChangedMeanwhile,
            (request, by, now) => request.CorrectOutcome(by, outcome, note, now),
            cancellationToken);

    /// <summary>Takes a request that the patient canceled off the top of the queue.</summary>
    public Task<ChangeResult> AcknowledgeAsync(string reference, int version, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            version,
            request => request.UnacknowledgedUtc is not null ? null : ChangeResult.ChangedMeanwhile,
            (request, by, now) => request.Acknowledge(by, note, now),
            cancellationToken);

    /// <summary>
    /// Undoes a claim, a call or the closing of a request, if nothing happened since and the patient was not told. The person who did it
    /// can do so for a few seconds.
    /// </summary>
    /// <param name="step">Null when it cannot be read.</param>
    public async Task<ChangeResult> UndoAsync(string reference, int version, UndoStep? step, CancellationToken cancellationToken)
    {
        // The history is loaded, because the undone row of it is marked.
        await FindAsync(reference, cancellationToken);
        return await ChangeAsync(
            reference,
            version,
            request => step is null || step.By != scope.Actor.Id || !step.IsAccepted(Now) ? ChangeResult.TooLateToUndo
                : step.Reference != request.Reference || step.Version != request.Version ? ChangeResult.ChangedMeanwhile
                : null,
            (request, by, now) => request.Undo(by, step!.Before, now),
            cancellationToken);
    }

    /// <summary>Corrects the phone number or the email address. The history keeps both.</summary>
    public async Task<ChangeResult> CorrectContactAsync(
        string reference, int version, string? phone, string? email, string? note, CancellationToken cancellationToken)
    {
        await index.LoadAsync(cancellationToken);
        if (await FindRowAsync(reference, cancellationToken) is { } row)
        {
            await RequestIndex.TermsAsync(db, [row.SearchId], cancellationToken);
        }

        return await ChangeAsync(
            reference,
            version,
            request => request.Details.IsReadable ? null : ChangeResult.Unreadable,
            (request, by, now) =>
            {
                var before = request.Details.Value!;
                var after = before with { Phone = phone, Email = email };
                string[] changes =
                [
                    .. before.Phone == after.Phone ? Array.Empty<string>()
                        : [$"Phone: {PhoneNumber.Show(before.Phone) ?? "none"}, now {PhoneNumber.Show(after.Phone) ?? "none"}"],
                    .. before.Email == after.Email ? Array.Empty<string>()
                        : [$"Email: {before.Email ?? "none"}, now {after.Email ?? "none"}"],
                    .. note is null ? Array.Empty<string>() : [note],
                ];
                request.CorrectContact(by, after, string.Join('\n', changes), now);
                index.Update(db, request, after);
            },
            cancellationToken);
    }

    /// <summary>
    /// Gives a request to another clinic, which gets the email of a new request and a new due time. The patient is told. An agreed time is
    /// dropped. Staff who do not work at that clinic see only the trace afterwards.
    /// </summary>
    public Task<ChangeResult> TransferAsync(
        string reference, int version, Clinic to, string reason, CancellationToken cancellationToken) =>
        ChangeAsync(
            reference,
            version,
            request => !request.CanBeProcessed ? request.IsHeld ? ChangeResult.Held : ChangeResult.ChangedMeanwhile
                : to.Slugs.Contains(request.ClinicSlug) ? ChangeResult.ChangedMeanwhile
                : request.Details.IsReadable ? null
                : ChangeResult.Unreadable,
            (request, by, now) =>
            {
                var from = ClinicOf(request)?.Name ?? request.ClinicSlug;
                var due = DueTime.After(to, now, options.Value.AnswerWithin);
                db.Add(request.Transfer(by, to, due, $"From {from} to {to.Name}: {reason}", now));
                notifications.NotifyClinic(request, request.Details.Value!, now);
                patients.TellTransferred(request, now);
            },
            cancellationToken);

    /// <summary>The last transfer of a request away from a clinic of the user, who does not see the request any more.</summary>
    public async Task<RequestTransfer?> FindTransferAsync(string reference, CancellationToken cancellationToken)
    {
        var wanted = Reference.Clean(reference);
        var slugs = (await scope.ClinicsAsync(cancellationToken)).SelectMany(clinic => clinic.Slugs).ToList();
        return await db.Set<RequestTransfer>().AsNoTracking()
            .Where(transfer => transfer.Reference == wanted && slugs.Contains(transfer.FromClinic))
            .OrderByDescending(transfer => transfer.AtUtc)
            .FirstOrDefaultAsync(cancellationToken);
    }

    private Clinic? ClinicOf(AppointmentRequest request) => library.English.FindClinic(request.ClinicSlug);

    private DateTime DueFrom(AppointmentRequest request, DateTime now) =>
        ClinicOf(request) is { } clinic ? DueTime.After(clinic, now, options.Value.AnswerWithin) : now + options.Value.AnswerWithin;

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

        // The patient is told of every change of the agreed time, whichever action caused it, unless the time has passed.
        var (now, agreed, sequence, clinic) = (Now, request.AgreedUtc, request.CalendarSequence, request.ClinicSlug);
        var before = request.ToUndo();
        change(request, scope.Actor, now);
        var isTimeChanged = request.CalendarSequence != sequence;
        if (isTimeChanged && request.State == RequestState.Scheduled && request.AgreedUtc > now)
        {
            patients.TellAgreed(request, isChange: agreed > now, now);
        }
        else if (isTimeChanged)
        {
            patients.TellCanceled(request, agreed, byPatient: false, now, clinic);
        }

        var step = new UndoStep(request.Reference, request.Version, scope.Actor.Id, now, before);
        var result = await SaveAsync(cancellationToken);
        LastStep = result == ChangeResult.Done && !isTimeChanged ? step : null;
        return result;
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
            var failure = StorageFailure.ForLog(e);
            LogNotStored(failure.Exception, failure.Reason);
            return ChangeResult.NotStored;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Staff member {Member} viewed request {Reference}, which could not be stored in its history: {Reason}")]
    private partial void LogViewNotStored(Exception? exception, Guid member, string reference, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A change of a request could not be stored; the person was told so: {Reason}")]
    private partial void LogNotStored(Exception? exception, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} released")]
    private partial void LogReleased(string reference);
}
