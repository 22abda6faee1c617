using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.Notifications;
using PhysioSite.Features.Clinics;
using PhysioSite.Localization;
using PhysioSite.Web;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Sends escalations for requests that nobody has claimed: to the clinic's backup inbox at the due time, to the managers at twice that
/// time. If the clinic has no backup inbox or is no longer part of the content, the managers are notified once, at the due time.
/// </summary>
public sealed partial class Escalation(
    SiteDbContext db, OutboxWriter outbox, ContentLibrary library, SiteAddress address, IOptions<AppointmentOptions> options, TimeProvider time, ILogger<Escalation> log)
{
    private const int AtOnce = 100;

    /// <summary>
    /// Each escalation is one save together with its emails. <see cref="AppointmentJobs"/> ensures that only one run is active at a time.
    /// </summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var due = await Due(now).OrderBy(request => request.EscalateUtc).Select(request => request.Id).Take(AtOnce).ToListAsync(cancellationToken);
        foreach (var id in due)
        {
            await TellAsync(id, now, cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    private IQueryable<AppointmentRequest> Due(DateTime now) =>
        db.Set<AppointmentRequest>().Where(request => request.State == RequestState.New && request.EscalateUtc <= now);

    private async Task TellAsync(Guid id, DateTime now, CancellationToken cancellationToken)
    {
        if (await Due(now).Include(request => request.History.Where(happened => happened.Kind == RequestEventKind.Released))
            .SingleOrDefaultAsync(request => request.Id == id, cancellationToken) is not { } request)
        {
            return;
        }

        var told = Tell(request, now);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The request was changed concurrently, for example claimed or given a note. The next run checks it again.
            return;
        }

        outbox.Wake();
        LogTold(request.Reference, request.ClinicSlug, told);
    }

    private string Tell(AppointmentRequest request, DateTime now)
    {
        using var culture = new CultureScope(Language.English);
        var clinic = library.English.FindClinic(request.ClinicSlug);
        var mail = new UnansweredNotice(
            request.Reference,
            clinic?.Name ?? request.ClinicSlug,
            Words(clinic, request.WaitsSinceUtc),
            Words(clinic, request.DueUtc),
            address.Link($"/staff/requests/{request.Reference}")).ToMail();
        if (clinic is { BackupInbox: { } backup } && request.Escalations == 0)
        {
            var twice = 2 * TimeSpan.FromHours(options.Value.AnswerWithinOpenHours);
            request.Escalate("the backup inbox", DueTime.After(clinic, request.WaitsSinceUtc, twice), now);
            outbox.Add(new OutboxEmail(EmailKind.UnansweredToBackupInbox, request.Reference, request.ClinicSlug, backup, mail, now));
            return "the backup inbox";
        }

        request.Escalate("the managers", null, now);
        foreach (var manager in library.English.Site.ManagersInbox)
        {
            outbox.Add(new OutboxEmail(EmailKind.UnansweredToManagers, request.Reference, request.ClinicSlug, manager, mail, now));
        }

        return "the managers";
    }

    private static string Words(Clinic? clinic, DateTime utc) =>
        clinic is null ? utc.ToString("dddd d MMMM, HH:mm '(UTC)'", CultureInfo.InvariantCulture) : ClinicClock.DayAndTime(clinic, utc);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Reference} for {Clinic} is unanswered; told {Told}")]
    private partial void LogTold(string reference, string clinic, string told);
}
