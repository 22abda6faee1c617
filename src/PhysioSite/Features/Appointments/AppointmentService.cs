using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.Notifications;
using PhysioSite.Features.Appointments.Spam;
using PhysioSite.Web;

namespace PhysioSite.Features.Appointments;

/// <param name="StatusToken">Token of the patient's private link.</param>
/// <param name="AlreadyReceived">
/// True when the form was submitted before with different answers. The stored answers are those of the first submission.
/// </param>
public sealed record Submission(string StatusToken, ClinicAssignment Assignment, bool AlreadyReceived);

/// <summary>Stores requests of patients and withdraws them.</summary>
public sealed partial class AppointmentService(
    SiteDbContext db,
    BatchWriter batches,
    RequestNotifications notifications,
    SpamDetection spam,
    IOptions<AppointmentOptions> options,
    TimeProvider time,
    ILogger<AppointmentService> log)
{
    private const int ReferenceTries = 3;

    private static readonly Func<SiteDbContext, string, CancellationToken, Task<AppointmentRequest?>> FindByFormKey =
        EF.CompileAsyncQuery((SiteDbContext db, string hash, CancellationToken _) =>
            db.Set<AppointmentRequest>().AsNoTracking().SingleOrDefault(request => request.FormKeyHash == hash));

    /// <summary>The first submission of a form that was submitted before. Null when it was not.</summary>
    public async Task<Submission?> FindAsync(NewRequest answers, SubmissionKey key, CancellationToken cancellationToken) =>
        await FindByFormKey(db, key.Hash, cancellationToken) is { } earlier ? Again(earlier, answers, key) : null;

    /// <summary>
    /// Stores a request and its emails in one save. Idempotent: a form that was submitted before returns the first submission. The
    /// request is on disk when the method returns.
    /// </summary>
    public async Task<Submission> SubmitAsync(
        NewRequest answers, SubmissionKey key, FormAdmission admission, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var request = await AddAsync(answers, key, admission, time.GetUtcNow().UtcDateTime, cancellationToken);
            try
            {
                await batches.SaveAddedAsync(db);
            }
            catch (DbUpdateException) when (attempt < ReferenceTries)
            {
                // The same form was submitted concurrently, or the reference is already in use.
                if (await FindAsync(answers, key, cancellationToken) is { } earlier)
                {
                    return earlier;
                }

                continue;
            }

            LogReceived(request.Reference, request.ClinicSlug, request.Visit);
            if (request.HeldBecause is { } held)
            {
                LogHeld(request.Reference, held);
            }

            return new Submission(key.StatusToken, answers.Assignment, AlreadyReceived: false);
        }
    }

    public Task<AppointmentRequest?> FindByTokenAsync(string token, CancellationToken cancellationToken)
    {
        var hash = SubmissionKey.HashToken(token);
        return db.Set<AppointmentRequest>().SingleOrDefaultAsync(request => request.StatusTokenHash == hash, cancellationToken);
    }

    /// <summary>Withdraws a request for its patient.</summary>
    public async Task<ChangeResult> WithdrawAsync(AppointmentRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsOpen)
        {
            return ChangeResult.ChangedMeanwhile;
        }

        request.Withdraw(time.GetUtcNow().UtcDateTime);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return ChangeResult.ChangedMeanwhile;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            // The row in memory is withdrawn, the stored one is not.
            db.ChangeTracker.Clear();
            LogNotWithdrawn(e, request.Reference);
            return ChangeResult.NotStored;
        }

        LogWithdrawn(request.Reference);
        return ChangeResult.Done;
    }

    /// <summary>
    /// Whether the receipt may say that the link was sent by email. It is also said for a held request, so that a program that sends spam
    /// cannot tell.
    /// </summary>
    public async Task<bool> WasConfirmedAsync(AppointmentRequest request, CancellationToken cancellationToken) =>
        request.Details.Value?.Email is not null
        && (request.IsHeld || await db.Set<OutboxEmail>().AnyAsync(
            email => email.RequestId == request.Id && email.Kind == EmailKind.PatientConfirmation, cancellationToken));

    private static Submission Again(AppointmentRequest earlier, NewRequest answers, SubmissionKey key)
    {
        var sameClinic = answers.Assignment.Clinic.Slugs.Contains(earlier.ClinicSlug);
        var same = sameClinic && earlier.Visit == answers.Visit && earlier.Details.Value == answers.Details;

        // The distance applies to the clinic this form was assigned to, so it is returned only if the stored request has the same clinic.
        var assignment = sameClinic ? answers.Assignment : answers.Assignment with { Zip = null, Miles = null };
        return new Submission(key.StatusToken, assignment, AlreadyReceived: !same);
    }

    private async Task<AppointmentRequest> AddAsync(
        NewRequest answers, SubmissionKey key, FormAdmission admission, DateTime now, CancellationToken cancellationToken)
    {
        var clinic = answers.Assignment.Clinic;
        var due = DueTime.After(clinic, now, options.Value.AnswerWithin);
        var request = AppointmentRequest.Receive(key, clinic, answers.Visit, answers.Details, now, due);
        db.Set<AppointmentRequest>().Add(request);
        if (spam.Check(answers, key, now) is { } because)
        {
            request.Hold(because, key.StatusToken, now);
        }
        else if (admission == FormAdmission.WithoutEmails)
        {
            await notifications.NotifyOfManyAsync(clinic, now, cancellationToken);
        }
        else
        {
            notifications.NotifyClinic(request, answers.Details, now);
            if (spam.AllowsConfirmation(answers.Details, key, now))
            {
                notifications.ConfirmToPatient(request, answers.Details, key.StatusToken, now);
            }
        }

        return request;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} received for {Clinic}, {Visit}")]
    private partial void LogReceived(string reference, string clinic, VisitKind visit);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} held as possible spam: {Because}")]
    private partial void LogHeld(string reference, string because);

    [LoggerMessage(Level = LogLevel.Error, Message = "The withdrawal of request {Reference} could not be stored; the patient was told so")]
    private partial void LogNotWithdrawn(Exception exception, string reference);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} withdrawn by the patient")]
    private partial void LogWithdrawn(string reference);
}
