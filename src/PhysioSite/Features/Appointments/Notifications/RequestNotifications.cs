using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Shared;
using PhysioSite.Localization;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// Adds the emails about requests to the outbox. They are saved together with the change that caused them. Emails to clinics and managers
/// are in English, emails to a patient in the language of the form.
/// </summary>
public sealed class RequestNotifications(SiteDbContext db, ContentLibrary library, SiteLinks links, IOptions<AppointmentOptions> options)
{
    /// <summary>Start of the reference of a digest, before its date.</summary>
    public const string DigestPrefix = "digest-";

    /// <summary>Start of the reference of a summary of many requests, before its time.</summary>
    public const string ManyRequestsPrefix = "many-";

    private static readonly TimeSpan ManyRequestsInterval = TimeSpan.FromMinutes(10);

    /// <summary>Notifies the clinic of a new request. The clinic must be part of the content.</summary>
    public void NotifyClinic(AppointmentRequest request, PatientDetails details, DateTime now)
    {
        var clinic = library.English.FindClinic(request.ClinicSlug)!;
        var link = links.StaffRequest(request.Reference);
        IEmailTemplate notice = options.Value.MinimalClinicMail
            ? new MinimalClinicNotice(request.Reference, clinic, link)
            : new ClinicNotice(
                request.Reference,
                clinic,
                details.Name,
                RequestLabels.Reach(details),
                details.PreferredTimes,
                request.Visit,
                request.DueUtc,
                new Language(details.Language, ""),
                library.English.Site,
                link);
        Add(EmailKind.ClinicNotice, TopicOf(request), clinic.Inbox, notice, Language.English, now);
    }

    /// <summary>Confirms the request to a patient who gave an email address. The clinic must be part of the content.</summary>
    /// <param name="statusToken">Token of the patient's private link.</param>
    public void ConfirmToPatient(AppointmentRequest request, PatientDetails details, string statusToken, DateTime now)
    {
        if (details.Email is { } email)
        {
            var content = library.Languages.FirstOrDefault(content => content.Language.Code == details.Language) ?? library.English;
            var confirmation = new PatientConfirmation(
                request.Reference,
                content.Site.ShortName,
                content.FindClinic(request.ClinicSlug)!,
                request.DueUtc,
                links.RequestStatus(content.Language, statusToken));
            Add(EmailKind.PatientConfirmation, TopicOf(request), email, confirmation, content.Language, now);
        }
    }

    /// <summary>
    /// Tells a clinic that it got requests without an email for each, at most once in ten minutes. They are on the staff desk.
    /// </summary>
    public async Task NotifyOfManyAsync(Clinic clinic, DateTime now, CancellationToken cancellationToken)
    {
        var since = now - ManyRequestsInterval;
        var slugs = clinic.Slugs;
        var sent = db.Set<OutboxEmail>().Where(email =>
            email.Kind == EmailKind.ManyRequests && slugs.Contains(email.ClinicSlug) && email.CreatedUtc > since);
        if (!await sent.AnyAsync(cancellationToken))
        {
            var topic = new EmailTopic(null, $"{ManyRequestsPrefix}{now:yyyy-MM-dd-HHmm}", clinic.Slug);
            var inEnglish = library.English.FindClinic(clinic.Slug)!;
            var notice = new ManyRequestsNotice(inEnglish.Name, links.StaffQueue(clinic.Slug));
            Add(EmailKind.ManyRequests, topic, inEnglish.Inbox, notice, Language.English, now);
        }
    }

    /// <summary>Reports an unanswered request.</summary>
    public void ReportUnanswered(AppointmentRequest request, EmailKind kind, IEnumerable<string> recipients, DateTime now)
    {
        var notice = new UnansweredNotice(
            request.Reference,
            request.ClinicSlug,
            library.English.FindClinic(request.ClinicSlug),
            request.WaitsSinceUtc,
            request.DueUtc,
            links.StaffRequest(request.Reference));
        foreach (var recipient in recipients)
        {
            Add(kind, TopicOf(request), recipient, notice, Language.English, now);
        }
    }

    /// <summary>Sends a clinic the list of its waiting requests, or the managers if the clinic is no longer part of the content.</summary>
    /// <param name="waiting">Ordered by due time.</param>
    /// <param name="held">Number of requests held as possible spam.</param>
    public void SendDigest(
        string clinicSlug,
        DateOnly day,
        IEnumerable<(string Reference, RequestState State, DateTime DueUtc)> waiting,
        int held,
        DateTime now)
    {
        var clinic = library.English.FindClinic(clinicSlug);
        var notice = new DigestNotice(
            clinicSlug,
            clinic,
            [.. waiting.Select(request => new WaitingRequest(
                request.Reference,
                request.State,
                request.DueUtc,
                AppointmentRequest.IsOverdue(request.State, request.DueUtc, now),
                links.StaffRequest(request.Reference)))],
            held,
            links.StaffQueue(clinicSlug));
        var topic = new EmailTopic(null, $"{DigestPrefix}{day:yyyy-MM-dd}", clinicSlug);
        foreach (var recipient in clinic is null ? library.English.Site.Contact.ManagersInbox : [clinic.Inbox])
        {
            Add(EmailKind.DailyDigest, topic, recipient, notice, Language.English, now);
        }
    }

    private static EmailTopic TopicOf(AppointmentRequest request) => new(request.Id, request.Reference, request.ClinicSlug);

    private void Add(EmailKind kind, EmailTopic topic, string to, IEmailTemplate template, Language language, DateTime now) =>
        db.Set<OutboxEmail>().Add(new OutboxEmail(kind, topic, to, EmailRenderer.Render(template, language), now));
}
