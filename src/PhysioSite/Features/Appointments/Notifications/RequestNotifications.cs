using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Shared;
using PhysioSite.Localization;
using PhysioSite.Text;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// Adds the emails to clinics and managers to the outbox. They are saved together with the change that caused them, and are in English.
/// </summary>
public sealed class RequestNotifications(SiteDbContext db, ContentLibrary library, SiteLinks links, IOptions<AppointmentOptions> options)
{
    /// <summary>Start of the reference of a digest, before its date.</summary>
    public const string DigestPrefix = "digest-";

    /// <summary>Start of the reference of a summary of many requests, before its time.</summary>
    public const string ManyRequestsPrefix = "many-";

    /// <summary>Start of the reference of a summary of unanswered requests, before its time.</summary>
    public const string UnansweredPrefix = "unanswered-";

    /// <summary>Start of the reference of a notice of erasure, before its time.</summary>
    public const string ErasurePrefix = "erasure-";

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

        // A reply goes to a patient who chose email. The minimal email has nothing of the patient, not even in a header.
        var reply = options.Value.MinimalClinicMail
            ? NoReply
            : new ReplyPath(
                details.Contact == ContactWay.Email ? details.Email : null, PhoneNumber.Show(details.Phone) ?? NoReply.Phone);
        Add(EmailKind.ClinicNotice, TopicOf(request), clinic.Inbox, notice, now, reply);
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
            Add(EmailKind.ManyRequests, topic, inEnglish.Inbox, notice, now);
        }
    }

    /// <summary>Reports unanswered requests to one inbox, in one email.</summary>
    /// <param name="requests">At least one, the longest overdue first. The history row of a release must be loaded.</param>
    public void ReportUnanswered(IReadOnlyList<AppointmentRequest> requests, EmailKind kind, string recipient, DateTime now)
    {
        var clinics = requests.Select(request => library.English.FindClinic(request.ClinicSlug)?.Slug ?? request.ClinicSlug).Distinct();
        var clinic = clinics.Count() == 1 ? clinics.First() : null;
        var notice = new UnansweredNotice(
            [
                .. requests.Select(request => new UnansweredRequest(
                    request.Reference,
                    request.ClinicSlug,
                    library.English.FindClinic(request.ClinicSlug),
                    request.State,
                    request.NotCalledUtc is not null,
                    request.WaitsSinceUtc,
                    request.DueUtc,
                    now,
                    links.StaffRequest(request.Reference))),
            ],
            links.StaffQueue(clinic));
        var topic = requests.Count == 1
            ? TopicOf(requests[0])
            : new EmailTopic(null, $"{UnansweredPrefix}{now:yyyy-MM-dd-HHmm}", clinic ?? "");
        Add(kind, topic, recipient, notice, now);
    }

    /// <summary>
    /// Tells the clinic that a patient canceled a request that staff had worked on. If the clinic is no longer part of the content, the
    /// managers are told.
    /// </summary>
    public void ReportCanceled(AppointmentRequest request, DateTime now)
    {
        var clinic = library.English.FindClinic(request.ClinicSlug);
        var notice = new CanceledNotice(
            request.Reference, request.ClinicSlug, clinic, request.AgreedUtc, now, links.StaffRequest(request.Reference));
        foreach (var recipient in clinic is null ? library.English.Site.Contact.ManagersInbox : [clinic.Inbox])
        {
            Add(EmailKind.CanceledByPatient, TopicOf(request), recipient, notice, now);
        }
    }

    /// <summary>Tells the managers which open requests will be erased because nobody touches them.</summary>
    /// <param name="isLast">Whether the requests are erased next.</param>
    /// <param name="days">Days until the next step.</param>
    public void WarnOfErasure(IReadOnlyList<AppointmentRequest> requests, bool isLast, int days, DateTime now)
    {
        var notice = new ErasureWarning(
            [
                .. requests.Select(request => (
                    request.Reference,
                    library.English.FindClinic(request.ClinicSlug)?.Name ?? request.ClinicSlug,
                    links.StaffRequest(request.Reference))),
            ],
            isLast,
            days);
        var topic = new EmailTopic(null, $"{ErasurePrefix}{now:yyyy-MM-dd-HHmm}", "");
        foreach (var recipient in library.English.Site.Contact.ManagersInbox)
        {
            Add(EmailKind.ErasureWarning, topic, recipient, notice, now);
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
            links.StaffQueue(clinicSlug),
            now);
        var topic = new EmailTopic(null, $"{DigestPrefix}{day:yyyy-MM-dd}", clinicSlug);
        foreach (var recipient in clinic is null ? library.English.Site.Contact.ManagersInbox : [clinic.Inbox])
        {
            Add(EmailKind.DailyDigest, topic, recipient, notice, now);
        }
    }

    private ReplyPath NoReply => new(null, library.English.Site.Contact.Phone.Text);

    internal static EmailTopic TopicOf(AppointmentRequest request) => new(request.Id, request.Reference, request.ClinicSlug);

    private void Add(EmailKind kind, EmailTopic topic, string to, IEmailTemplate template, DateTime now, ReplyPath? reply = null) =>
        db.Set<OutboxEmail>().Add(
            new OutboxEmail(kind, topic, to, EmailRenderer.Render(template, Language.English, reply ?? NoReply), now));
}
