using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Appointments.Metrics;
using PhysioSite.Features.Appointments.Notifications;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Sends escalations for requests that nobody has claimed, or that were to be called again: to the clinic's backup inbox at the due time,
/// to the managers after the same time again. If the clinic has no backup inbox or is no longer part of the content, the managers are
/// notified once, at the due time.
/// </summary>
public sealed partial class Escalation(
    SiteDbContext db,
    RequestNotifications notifications,
    ContentLibrary library,
    RequestMetrics metrics,
    IOptions<AppointmentOptions> options,
    TimeProvider time,
    ILogger<Escalation> log)
{
    private const string BackupInbox = "the backup inbox";
    private const string Managers = "the managers";

    /// <summary>
    /// One email for each inbox, in one save with the requests. <see cref="AppointmentJobs"/> ensures that only one run is active.
    /// </summary>
    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var isDue = db.Set<AppointmentRequest>()
            .Where(request => AppointmentRequest.WaitingStates.Contains(request.State) && request.EscalateUtc <= now);
        if (!await isDue.AnyAsync(cancellationToken))
        {
            return;
        }

        var due = await isDue
            .Include(request => request.History.Where(happened => happened.Kind == RequestEventKind.Released))
            .OrderBy(request => request.DueUtc).ThenBy(request => request.Id)
            .ToListAsync(cancellationToken);
        var missed = due.Where(request => request.Escalations == 0).ToList();
        var told = due.ConvertAll(request => (Request: request, Recipients: Escalate(request, now)));
        foreach (var inbox in told
            .SelectMany(row => row.Recipients.Inboxes, (row, inbox) => (row.Request, row.Recipients.Kind, Inbox: inbox))
            .GroupBy(row => (row.Kind, row.Inbox), row => row.Request))
        {
            notifications.ReportUnanswered([.. inbox], inbox.Key.Kind, inbox.Key.Inbox, now);
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // A request was changed concurrently, for example claimed or given a note. The next run checks all of them again.
            return;
        }

        missed.ForEach(request => metrics.CountMiss(request.ClinicSlug));
        foreach (var (request, recipients) in told)
        {
            LogEscalated(request.Reference, request.ClinicSlug, recipients.Name);
        }
    }

    private (string Name, EmailKind Kind, IReadOnlyList<string> Inboxes) Escalate(AppointmentRequest request, DateTime now)
    {
        var clinic = library.English.FindClinic(request.ClinicSlug);
        if (clinic is { BackupInbox: { } backup } && request.Escalations == 0)
        {
            var from = request.State == RequestState.New ? request.WaitsSinceUtc : request.DueUtc;
            var within = request.State == RequestState.New ? 2 * options.Value.AnswerWithin : options.Value.AnswerWithin;
            request.Escalate(BackupInbox, DueTime.After(clinic, from, within), now);
            return (BackupInbox, EmailKind.UnansweredToBackupInbox, [backup]);
        }

        request.Escalate(Managers, null, now);
        return (Managers, EmailKind.UnansweredToManagers, library.English.Site.Contact.ManagersInbox);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Reference} for {Clinic} is unanswered; told {Recipients}")]
    private partial void LogEscalated(string reference, string clinic, string recipients);
}
