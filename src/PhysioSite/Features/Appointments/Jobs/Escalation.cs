using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.Notifications;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Sends escalations for requests that nobody has claimed: to the clinic's backup inbox at the due time, to the managers at twice that
/// time. If the clinic has no backup inbox or is no longer part of the content, the managers are notified once, at the due time.
/// </summary>
public sealed partial class Escalation(
    SiteDbContext db,
    RequestNotifications notifications,
    ContentLibrary library,
    IOptions<AppointmentOptions> options,
    TimeProvider time,
    ILogger<Escalation> log)
{
    private const int BatchSize = 100;

    /// <summary>
    /// Each escalation is one save together with its emails. <see cref="AppointmentJobs"/> ensures that only one run is active at a time.
    /// </summary>
    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var due = await Due(now)
            .OrderBy(request => request.EscalateUtc)
            .Select(request => request.Id)
            .Take(BatchSize)
            .ToListAsync(cancellationToken);
        foreach (var id in due)
        {
            await SendAsync(id, now, cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    private IQueryable<AppointmentRequest> Due(DateTime now) =>
        db.Set<AppointmentRequest>().Where(request => request.State == RequestState.New && request.EscalateUtc <= now);

    private async Task SendAsync(Guid id, DateTime now, CancellationToken cancellationToken)
    {
        if (await Due(now)
            .Include(request => request.History.Where(happened => happened.Kind == RequestEventKind.Released))
            .SingleOrDefaultAsync(request => request.Id == id, cancellationToken) is not { } request)
        {
            return;
        }

        var recipients = Escalate(request, now);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The request was changed concurrently, for example claimed or given a note. The next run checks it again.
            return;
        }

        LogEscalated(request.Reference, request.ClinicSlug, recipients);
    }

    /// <returns>The recipients, for the log.</returns>
    private string Escalate(AppointmentRequest request, DateTime now)
    {
        var clinic = library.English.FindClinic(request.ClinicSlug);
        if (clinic is { BackupInbox: { } backup } && request.Escalations == 0)
        {
            const string BackupInbox = "the backup inbox";
            request.Escalate(BackupInbox, DueTime.After(clinic, request.WaitsSinceUtc, 2 * options.Value.AnswerWithin), now);
            notifications.ReportUnanswered(request, EmailKind.UnansweredToBackupInbox, [backup], now);
            return BackupInbox;
        }

        const string Managers = "the managers";
        request.Escalate(Managers, null, now);
        notifications.ReportUnanswered(request, EmailKind.UnansweredToManagers, library.English.Site.Contact.ManagersInbox, now);
        return Managers;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Reference} for {Clinic} is unanswered; told {Recipients}")]
    private partial void LogEscalated(string reference, string clinic, string recipients);
}
