using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Data.Saving;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Appointments.Metrics;
using PhysioSite.Features.Appointments.Notifications;
using PhysioSite.Features.Appointments.Spam;
using PhysioSite.Localization;
using PhysioSite.Web;

namespace PhysioSite.Features.Appointments;

/// <param name="StatusToken">Token of the patient's private link.</param>
/// <param name="AlreadyReceived">
/// True when the form was submitted before with different answers. The stored answers are those of the first submission.
/// </param>
public sealed record Submission(string StatusToken, ClinicAssignment Assignment, bool AlreadyReceived);

/// <summary>Stores requests of patients, and what patients change on their private page.</summary>
public sealed partial class AppointmentService(
    SiteDbContext db,
    BatchWriter batches,
    RequestNotifications notifications,
    PatientNotifications patients,
    SpamDetection spam,
    RequestIndex index,
    RequestMetrics metrics,
    IOptions<AppointmentOptions> options,
    TimeProvider time,
    ILogger<AppointmentService> log)
{
    private const int ReferenceTries = 3;

    private static readonly ProviderQuery<Func<SiteDbContext, string, CancellationToken, Task<AppointmentRequest?>>> FindByFormKey =
        new(() => EF.CompileAsyncQuery((SiteDbContext db, string hash, CancellationToken _) =>
            db.Set<AppointmentRequest>().AsNoTracking().SingleOrDefault(request => request.FormKeyHash == hash)));

    /// <summary>
    /// The first submission of a form that was submitted before. Null when it was not, or when its request is closed: the patient then asks
    /// again.
    /// </summary>
    public async Task<Submission?> FindAsync(NewRequest answers, SubmissionKey key, CancellationToken cancellationToken) =>
        await FindOpenAsync(key, cancellationToken) is ({ } earlier, var used) ? Repeat(earlier, answers, used) : null;

    /// <summary>
    /// Stores a request and its emails in one save. Idempotent: a form that was submitted before returns the first submission. The
    /// request is on disk when the method returns.
    /// </summary>
    public async Task<Submission> SubmitAsync(
        NewRequest answers, SubmissionKey key, FormAdmission admission, CancellationToken cancellationToken)
    {
        var (request, used, isNew) = await StoreAsync(
            key, free => AddAsync(answers, free, admission, cancellationToken), cancellationToken);
        if (!isNew)
        {
            return Repeat(request, answers, used);
        }

        metrics.CountForm(request.IsHeld ? FormOutcome.Held : FormOutcome.Accepted, request.ClinicSlug);
        return new Submission(used.StatusToken, answers.Assignment, AlreadyReceived: false);
    }

    /// <summary>
    /// Stores a request that a member of staff enters during a phone call, with the emails of any new request. Idempotent like
    /// <see cref="SubmitAsync"/>.
    /// </summary>
    /// <returns>The reference of the request.</returns>
    public async Task<string> EnterAsync(NewRequest answers, SubmissionKey key, StaffActor by, CancellationToken cancellationToken)
    {
        var (request, _, isNew) = await StoreAsync(
            key,
            async free =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                var request = await ReceiveAsync(answers, free, now, cancellationToken, by);
                notifications.NotifyClinic(request, answers.Details, now);
                patients.Confirm(request, now);
                return request;
            },
            cancellationToken);
        metrics.CountForm(isNew ? FormOutcome.Entered : FormOutcome.Repeated, request.ClinicSlug);
        return request.Reference;
    }

    /// <summary>The request of a private link, with its history.</summary>
    public Task<AppointmentRequest?> FindByTokenAsync(string token, CancellationToken cancellationToken)
    {
        var hash = SubmissionKey.HashToken(token);
        return db.Set<AppointmentRequest>()
            .Include(request => request.History)
            .SingleOrDefaultAsync(request => request.StatusTokenHash == hash, cancellationToken);
    }

    /// <summary>
    /// Withdraws a request for its patient. When staff had worked on it, the clinic is told; an agreed time is canceled in calendars.
    /// </summary>
    public Task<ChangeResult> WithdrawAsync(AppointmentRequest request, CancellationToken cancellationToken) => ChangeAsync(
        request,
        now => request.CanBeWithdrawn(now),
        now =>
        {
            var hadAppointment = request.HasAppointmentAhead(now);
            request.Withdraw(now);
            if (request.UnacknowledgedUtc is not null)
            {
                notifications.ReportCanceled(request, now);
            }

            patients.TellCanceled(request, hadAppointment ? request.AgreedUtc : null, byPatient: true, now);
        },
        cancellationToken);

    /// <summary>Replaces the preferred times and when a call suits.</summary>
    /// <param name="site">Names the times for the history, in English.</param>
    public Task<ChangeResult> ChangeTimesAsync(
        AppointmentRequest request,
        IReadOnlyList<string> preferredTimes,
        string? callTimes,
        SiteProfile site,
        CancellationToken cancellationToken)
    {
        if (request.Details.Value is not { } details)
        {
            return Task.FromResult(ChangeResult.Unreadable);
        }

        var changed = details with { PreferredTimes = preferredTimes, CallTimes = callTimes };
        return changed == details
            ? Task.FromResult(ChangeResult.Done)
            : ChangeAsync(
                request,
                _ => request.IsOpen,
                now => request.ChangeTimes(changed, $"Before: {Times(details, site)}\nNow: {Times(changed, site)}", now),
                cancellationToken);
    }

    /// <summary>Records that nobody called by the promised time. The request escalates with the next run of the jobs.</summary>
    public Task<ChangeResult> ReportNoCallAsync(AppointmentRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(request, now => request.CanReportNoCall(now), now => request.ReportNoCall(now), cancellationToken);

    /// <summary>
    /// Whether the receipt may say that the link was sent by email. It is also said for a held request, so that a program that sends spam
    /// cannot tell.
    /// </summary>
    public async Task<bool> WasConfirmedAsync(AppointmentRequest request, CancellationToken cancellationToken) =>
        request.Details.Value?.Email is not null
        && (request.IsHeld || await db.Set<OutboxEmail>().AnyAsync(
            email => email.RequestId == request.Id && email.Kind == EmailKind.PatientConfirmation, cancellationToken));

    private static string Times(PatientDetails details, SiteProfile site)
    {
        using var english = new CultureScope(Localization.Language.English);
        var times = PreferredTime.Describe(details.PreferredTimes, site);
        return details.CallTimes is null ? times : $"{times}; a call suits: {details.CallTimes}";
    }

    /// <summary>The open request of a form, or the key with which the form makes a new one.</summary>
    private Task<(AppointmentRequest? Open, SubmissionKey Key)> FindOpenAsync(SubmissionKey key, CancellationToken cancellationToken) =>
        db.ReadConfirmedAsync(() => ReadOpenAsync(key, cancellationToken), found => found.Open is not null, cancellationToken);

    private async Task<(AppointmentRequest? Open, SubmissionKey Key)> ReadOpenAsync(SubmissionKey key, CancellationToken cancellationToken)
    {
        for (; ; key = key.Next())
        {
            var earlier = await FindByFormKey.For(db)(db, key.Hash, cancellationToken);
            if (earlier is null || earlier.IsOpen)
            {
                return (earlier, key);
            }
        }
    }

    private async Task<ChangeResult> ChangeAsync(
        AppointmentRequest request, Func<DateTime, bool> isAllowed, Action<DateTime> change, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (!isAllowed(now))
        {
            return ChangeResult.ChangedMeanwhile;
        }

        change(now);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return ChangeResult.ChangedMeanwhile;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            // The row in memory is changed, the stored one is not.
            db.ChangeTracker.Clear();
            var failure = StorageFailure.ForLog(e);
            LogNotStored(failure.Exception, request.Reference, failure.Reason);
            return ChangeResult.NotStored;
        }

        LogChanged(request.Reference, request.State);
        return ChangeResult.Done;
    }

    private Submission Repeat(AppointmentRequest earlier, NewRequest answers, SubmissionKey key)
    {
        metrics.CountForm(FormOutcome.Repeated, answers.Assignment.Clinic.Slug);
        var sameClinic = answers.Assignment.Clinic.Slugs.Contains(earlier.ClinicSlug);
        var same = sameClinic && earlier.Visit == answers.Visit && earlier.Details.Value == answers.Details;

        // The distance applies to the clinic this form was assigned to, so it is returned only if the stored request has the same clinic.
        var assignment = sameClinic ? answers.Assignment : answers.Assignment with { Zip = null, Miles = null };
        return new Submission(key.StatusToken, assignment, AlreadyReceived: !same);
    }

    /// <summary>
    /// Saves the request and the emails that are added for a key, or finds the open request of that key. The usual case needs no search:
    /// the key and the reference are unique in the database.
    /// </summary>
    private async Task<(AppointmentRequest Request, SubmissionKey Key, bool IsNew)> StoreAsync(
        SubmissionKey key, Func<SubmissionKey, Task<AppointmentRequest>> add, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var request = await add(key);
            db.Set<AppointmentRequest>().Add(request);
            try
            {
                await batches.SaveAddedAsync(db, index.InsertTerms(request.SearchId!.Value, request.Details.Value!));
            }
            catch (DbUpdateException) when (attempt < ReferenceTries)
            {
                // The same form was submitted before, or the reference is already in use.
                (var earlier, key) = await FindOpenAsync(key, cancellationToken);
                if (earlier is not null)
                {
                    return (earlier, key, IsNew: false);
                }

                continue;
            }

            LogReceived(request.Reference, request.ClinicSlug, request.Visit);
            if (request.HeldBecause is { } held)
            {
                LogHeld(request.Reference, held);
            }

            return (request, key, IsNew: true);
        }
    }

    private async Task<AppointmentRequest> ReceiveAsync(
        NewRequest answers, SubmissionKey key, DateTime now, CancellationToken cancellationToken, StaffActor? by = null)
    {
        var clinic = answers.Assignment.Clinic;
        var due = DueTime.After(clinic, now, options.Value.AnswerWithin);
        var request = AppointmentRequest.Receive(key, clinic, answers.Visit, answers.Details, now, due, by);
        await index.SetAsync(request, answers.Details, cancellationToken);
        return request;
    }

    private async Task<AppointmentRequest> AddAsync(
        NewRequest answers, SubmissionKey key, FormAdmission admission, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var request = await ReceiveAsync(answers, key, now, cancellationToken);
        if (await spam.CheckAsync(answers, key, now) is { } because)
        {
            request.Hold(because, now);
        }
        else if (admission == FormAdmission.WithoutEmails)
        {
            await notifications.NotifyOfManyAsync(answers.Assignment.Clinic, now, cancellationToken);
        }
        else
        {
            notifications.NotifyClinic(request, answers.Details, now);
            if (await spam.AllowsConfirmationAsync(answers.Details, key, now))
            {
                patients.Confirm(request, now);
            }
        }

        return request;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} received for {Clinic}, {Visit}")]
    private partial void LogReceived(string reference, string clinic, VisitKind visit);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} held as possible spam: {Because}")]
    private partial void LogHeld(string reference, string because);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "A change of request {Reference} could not be stored; the patient was told so: {Reason}")]
    private partial void LogNotStored(Exception? exception, string reference, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} changed by the patient, now {State}")]
    private partial void LogChanged(string reference, RequestState state);
}
