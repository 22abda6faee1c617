using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Notifications;
using PhysioSite.Features.Clinics;
using PhysioSite.Localization;
using PhysioSite.Web;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Sends each clinic an email with its waiting requests when it opens. The day is recorded in the same save as the email, and also when
/// no requests wait, so that requests received later that day do not trigger a digest.
/// </summary>
public sealed partial class MorningDigest(
    SiteDbContext db, OutboxWriter outbox, ContentLibrary library, SiteAddress address, TimeProvider time, ILogger<MorningDigest> log)
{
    /// <summary>Prefix of <c>OutboxEmail.About</c> for digests.</summary>
    public const string About = "digest-";

    public async Task SendAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var earliest = DateOnly.FromDateTime(now).AddDays(-1);
        var done = await db.Set<ClinicDigest>().Where(digest => digest.Day >= earliest)
            .Select(digest => ValueTuple.Create(digest.ClinicSlug, digest.Day)).ToListAsync(cancellationToken);
        var mails = 0;
        var days = 0;
        foreach (var clinic in library.English.Clinics)
        {
            if (OpenDay(clinic, now) is { } day && !done.Contains((clinic.Slug, day)))
            {
                db.Set<ClinicDigest>().Add(new ClinicDigest(clinic.Slug, day));
                days++;
                mails += await AddMailAsync(clinic, day, now, cancellationToken) ? 1 : 0;
            }
        }

        if (days > 0)
        {
            await db.SaveChangesAsync(cancellationToken);
            outbox.Wake();
            LogSent(days, mails);
        }
    }

    /// <summary>
    /// The current day in the clinic's time zone, from the first opening to the last closing time, including breaks. Null outside these
    /// hours and on closed days.
    /// </summary>
    public static DateOnly? OpenDay(Clinic clinic, DateTime utc)
    {
        var day = DateOnly.FromDateTime(clinic.TimeZone.ToLocal(utc));
        return clinic.Hours.On(day) is [var first, ..] spans
            && clinic.TimeZone.ToUtc(day.ToDateTime(first.From)) <= utc
            && utc < clinic.TimeZone.ToUtc(day.ToDateTime(spans[^1].To))
                ? day
                : null;
    }

    private async Task<bool> AddMailAsync(Clinic clinic, DateOnly day, DateTime now, CancellationToken cancellationToken)
    {
        var here = db.Set<AppointmentRequest>().Where(request => request.ClinicSlug == clinic.Slug);
        var held = await here.CountAsync(request => request.State == RequestState.Held, cancellationToken);
        var waiting = await here
            .Where(request => request.State == RequestState.New || request.State == RequestState.Claimed || request.State == RequestState.NoAnswer)
            .OrderBy(request => request.DueUtc).ThenBy(request => request.Id)
            .Select(request => new { request.Reference, request.State, request.DueUtc })
            .ToListAsync(cancellationToken);
        if (waiting.Count == 0 && held == 0)
        {
            return false;
        }

        using var culture = new CultureScope(Language.English);
        var notice = new DigestNotice(
            clinic.Name,
            [.. waiting.Select(request => new WaitingRequest(
                request.Reference,
                RequestLabels.State(request.State),
                ClinicClock.DayAndTime(clinic, request.DueUtc),
                AppointmentRequest.IsOverdue(request.State, request.DueUtc, now),
                address.Link($"/staff/requests/{request.Reference}")))],
            held,
            address.Link($"/staff?clinic={clinic.Slug}"));
        outbox.Add(new OutboxEmail(EmailKind.DailyDigest, $"{About}{day:yyyy-MM-dd}", clinic.Slug, clinic.Inbox, notice.ToMail(), now));
        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Clinics} clinics opened; {Mails} have requests that wait and were sent their list")]
    private partial void LogSent(int clinics, int mails);
}
