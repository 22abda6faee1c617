using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.Notifications;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Features.Appointments.Spam;
using PhysioSite.Features.Clinics;
using PhysioSite.Features.Shared;
using PhysioSite.Localization;
using PhysioSite.Text;
using PhysioSite.Web;

namespace PhysioSite.Features.Appointments;

/// <param name="StatusToken">Token of the patient's private link.</param>
/// <param name="AlreadyReceived">
/// True when the form was submitted before with different answers. The stored answers are those of the first submission.
/// </param>
public sealed record Submission(string StatusToken, ClinicAssignment Route, bool AlreadyReceived);

public enum ReleaseResult
{
    Released,

    /// <summary>Released, but the token of the patient's private link cannot be decrypted, so no email was sent to the patient.</summary>
    PatientNotWrittenTo,

    /// <summary>The patient's details cannot be decrypted, so the request cannot be passed to the clinic. Nothing was changed.</summary>
    Unreadable,

    /// <summary>The request is no longer held, or it was changed concurrently. Nothing was changed.</summary>
    ChangedMeanwhile,
}

/// <summary>Stores requests, withdraws them for patients and releases held requests for staff.</summary>
public sealed partial class AppointmentService(
    SiteDbContext db, OutboxWriter outbox, ContentLibrary library, ClinicDirectory directory, SiteAddress address, SpamDetection spam,
    IOptions<AppointmentOptions> options, TimeProvider time, ILogger<AppointmentService> log)
{
    private const int ReferenceTries = 3;

    /// <summary>
    /// Stores a valid form and its emails in one save. Idempotent: a form that was submitted before returns the first submission. The
    /// request is on disk when the method returns.
    /// </summary>
    public async Task<Submission> SubmitAsync(RequestForm form, SubmissionKey key, CancellationToken cancellationToken)
    {
        var content = library.Current;
        var route = ClinicAssigner.Route(form, content, directory)
            ?? throw new ArgumentException("The form has not been validated.", nameof(form));
        var details = DetailsOf(form, content.Language);
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(key, cancellationToken) is { } earlier)
            {
                var sameClinic = earlier.ClinicSlug == route.Clinic.Slug;
                var same = sameClinic && earlier.Visit == ClinicAssigner.Kind(form.Visit) && earlier.Details.Value == details;

                // The distance applies to the clinic this form was assigned to, so it is returned only if the stored request has the same
                // clinic.
                return new Submission(key.StatusToken, sameClinic ? route : route with { Zip = null, Miles = null }, AlreadyReceived: !same);
            }

            var now = time.GetUtcNow().UtcDateTime;
            var due = DueAfter(route.Clinic, now);
            var request = AppointmentRequest.Receive(key, route.Clinic, ClinicAssigner.Kind(form.Visit), details, now, due);
            db.Set<AppointmentRequest>().Add(request);
            if (spam.Read(form, key, now) is { } because)
            {
                request.Hold(because, key.StatusToken, now);
            }
            else
            {
                AddClinicMail(request, details, now);
                AddPatientMail(request, details, key.StatusToken, now);
            }

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

            outbox.Wake();
            LogReceived(request.Reference, request.ClinicSlug, request.Visit);
            if (request.HeldBecause is { } held)
            {
                LogHeld(request.Reference, held);
            }

            return new Submission(key.StatusToken, route, AlreadyReceived: false);
        }
    }

    public Task<AppointmentRequest?> FindByTokenAsync(string token, CancellationToken cancellationToken)
    {
        var hash = SubmissionKey.HashToken(token);
        return db.Set<AppointmentRequest>().SingleOrDefaultAsync(request => request.StatusTokenHash == hash, cancellationToken);
    }

    /// <summary>False when the request is already closed or withdrawn, or was changed concurrently.</summary>
    public async Task<bool> WithdrawAsync(AppointmentRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsOpen)
        {
            return false;
        }

        request.Withdraw(time.GetUtcNow().UtcDateTime);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }

        LogWithdrawn(request.Reference);
        return true;
    }

    /// <summary>
    /// Passes a held request to its clinic and queues the emails that were withheld. Without a readable token no email is sent to the
    /// patient, because that email contains the private link.
    /// </summary>
    /// <param name="request">The request. Its clinic must be part of the content.</param>
    public async Task<ReleaseResult> ReleaseAsync(AppointmentRequest request, StaffActor by, CancellationToken cancellationToken)
    {
        if (!request.IsHeld)
        {
            return ReleaseResult.ChangedMeanwhile;
        }

        if (request.Details.Value is not { } details)
        {
            return ReleaseResult.Unreadable;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var token = request.HeldToken?.Value;
        request.Release(by, DueAfter(library.English.FindClinic(request.ClinicSlug)!, now), now);
        AddClinicMail(request, details, now);
        if (token is not null)
        {
            AddPatientMail(request, details, token, now);
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return ReleaseResult.ChangedMeanwhile;
        }

        outbox.Wake();
        LogReleased(request.Reference);
        return token is null && details.Email is not null ? ReleaseResult.PatientNotWrittenTo : ReleaseResult.Released;
    }

    private Task<AppointmentRequest?> FindAsync(SubmissionKey key, CancellationToken cancellationToken)
    {
        var hash = key.Hash;
        return db.Set<AppointmentRequest>().AsNoTracking().SingleOrDefaultAsync(request => request.FormKeyHash == hash, cancellationToken);
    }

    private DateTime DueAfter(Clinic clinic, DateTime now) => DueTime.After(clinic, now, TimeSpan.FromHours(options.Value.AnswerWithinOpenHours));

    /// <summary>Always in English, whatever the language of the patient.</summary>
    private void AddClinicMail(AppointmentRequest request, PatientDetails details, DateTime now)
    {
        using var culture = new CultureScope(Language.English);
        var clinic = library.English.FindClinic(request.ClinicSlug)!;
        var notice = new ClinicNotice(
            request.Reference,
            clinic.Name,
            details.Name,
            RequestLabels.Reach(details),
            PreferredTime.Describe(details.Wishes, library.English.Site),
            VisitLabels.Name(request.Visit),
            ClinicClock.DayAndTime(clinic, request.DueUtc),
            new Language(details.Language, ""),
            address.Link($"/staff/requests/{request.Reference}"));
        outbox.Add(new OutboxEmail(EmailKind.ClinicNotice, request.Reference, clinic.Slug, clinic.Inbox, options.Value.MinimalClinicMail ? notice.ToMinimalMail() : notice.ToMail(), now));
    }

    /// <summary>In the language of the form, whatever the language of the current user.</summary>
    private void AddPatientMail(AppointmentRequest request, PatientDetails details, string statusToken, DateTime now)
    {
        if (details.Email is { } email)
        {
            var content = library.Languages.FirstOrDefault(content => content.Language.Code == details.Language) ?? library.English;
            using var culture = new CultureScope(content.Language);
            var clinic = content.FindClinic(request.ClinicSlug)!;
            var confirmation = new PatientConfirmation(
                request.Reference,
                content.Site.ShortName,
                clinic.Name,
                clinic.Phone.Text,
                ClinicClock.DayAndTime(clinic, request.DueUtc),
                address.Link($"{content.Language.Prefix}/requests/{statusToken}"));
            outbox.Add(new OutboxEmail(EmailKind.PatientConfirmation, request.Reference, clinic.Slug, email, confirmation.ToMail(), now));
        }
    }

    private static PatientDetails DetailsOf(RequestForm form, Language language) => new(
        UserText.OneLine(form.Name)!,
        Enum.Parse<ContactWay>(CultureInfo.InvariantCulture.TextInfo.ToTitleCase(form.Contact!)),
        form.Phone,
        UserText.OneLine(form.Email),
        form.MessageOk == "yes",
        form.For == "someone",
        form.SeenBefore switch { "yes" => true, "no" => false, _ => null },
        UserText.OneLine(form.Access),
        UserText.Lines(form.Note),
        form.Area == RequestForm.AreaByPhone ? null : form.Area,
        form.ChosenWishes,
        language.Code);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} received for {Clinic}, {Visit}")]
    private partial void LogReceived(string reference, string clinic, VisitKind visit);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} held as possible spam: {Because}")]
    private partial void LogHeld(string reference, string because);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} released")]
    private partial void LogReleased(string reference);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Reference} withdrawn by the patient")]
    private partial void LogWithdrawn(string reference);
}
