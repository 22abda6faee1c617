using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.Notifications;
using PhysioSite.Features.Appointments.Spam;

namespace PhysioSite.Features.Appointments;

/// <param name="StatusToken">Token of the patient's private link.</param>
/// <param name="AlreadyReceived">
/// True when the form was submitted before with different answers. The stored answers are those of the first submission.
/// </param>
public sealed record Submission(string StatusToken, ClinicAssignment Assignment, bool AlreadyReceived);

/// <summary>Stores requests of patients and withdraws them.</summary>
public sealed partial class AppointmentService(
    SiteDbContext db,
    RequestNotifications notifications,
    SpamDetection spam,
    IOptions<AppointmentOptions> options,
    TimeProvider time,
    ILogger<AppointmentService> log)
{
    private const int ReferenceTries = 3;

    /// <summary>
    /// Stores a request and its emails in one save. Idempotent: a form that was submitted before returns the first submission. The
    /// request is on disk when the method returns.
    /// </summary>
    public async Task<Submission> SubmitAsync(NewRequest answers, SubmissionKey key, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(key, cancellationToken) is { } earlier)
            {
                return Again(earlier, answers, key);
            }

            var request = Add(answers, key, time.GetUtcNow().UtcDateTime);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException) when (attempt < ReferenceTries)
            {
                // The same form was submitted concurrently, or the reference is already in use. Retry.
                db.ChangeTracker.Clear();
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

        LogWithdrawn(request.Reference);
        return ChangeResult.Done;
    }

    private Task<AppointmentRequest?> FindAsync(SubmissionKey key, CancellationToken cancellationToken)
    {
        var hash = key.Hash;
        return db.Set<AppointmentRequest>().AsNoTracking().SingleOrDefaultAsync(request => request.FormKeyHash == hash, cancellationToken);
    }

    private static Submission Again(AppointmentRequest earlier, NewRequest answers, SubmissionKey key)
    {
        var sameClinic = earlier.ClinicSlug == answers.Assignment.Clinic.Slug;
        var same = sameClinic && earlier.Visit == answers.Visit && earlier.Details.Value == answers.Details;

        // The distance applies to the clinic this form was assigned to, so it is returned only if the stored request has the same clinic.
        var assignment = sameClinic ? answers.Assignment : answers.Assignment with { Zip = null, Miles = null };
        return new Submission(key.StatusToken, assignment, AlreadyReceived: !same);
    }

    private AppointmentRequest Add(NewRequest answers, SubmissionKey key, DateTime now)
    {
        var clinic = answers.Assignment.Clinic;
        var due = DueTime.After(clinic, now, options.Value.AnswerWithin);
        var request = AppointmentRequest.Receive(key, clinic, answers.Visit, answers.Details, now, due);
        db.Set<AppointmentRequest>().Add(request);
        if (spam.Check(answers, key, now) is { } because)
        {
            request.Hold(because, key.StatusToken, now);
        }
        else
        {
            notifications.NotifyClinic(request, answers.Details, now);
            notifications.ConfirmToPatient(request, answers.Details, key.StatusToken, now);
        }

        return request;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} received for {Clinic}, {Visit}")]
    private partial void LogReceived(string reference, string clinic, VisitKind visit);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} held as possible spam: {Because}")]
    private partial void LogHeld(string reference, string because);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} withdrawn by the patient")]
    private partial void LogWithdrawn(string reference);
}
