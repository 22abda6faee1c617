using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Features.Appointments.Notifications;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Sends each clinic an email with its waiting requests when it opens. The day is recorded in the same save as the email, and also when
/// no requests wait, so that requests received later that day do not trigger a digest. For a clinic that is no longer part of the content,
/// the managers receive the list when the first clinic opens.
/// </summary>
public sealed partial class MorningDigest(
    SiteDbContext db, RequestNotifications notifications, ContentLibrary library, TimeProvider time, ILogger<MorningDigest> log)
{
    /// <summary>
    /// Called when the site starts. At the very first start, the mornings of the clinics that are open by then were not missed: there was
    /// nothing to send.
    /// </summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (!await db.Set<ClinicDigest>().AnyAsync(cancellationToken))
        {
            var now = time.GetUtcNow().UtcDateTime;
            db.Set<ClinicDigest>().AddRange(
                from clinic in library.English.Clinics
                let day = OpenDay(clinic, now)
                where day is not null
                select new ClinicDigest(clinic.Slug, day.Value));
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var earliest = DateOnly.FromDateTime(now).AddDays(-1);
        var digests = await db.Set<ClinicDigest>().AsNoTracking().Where(digest => digest.Day >= earliest).ToListAsync(cancellationToken);
        var done = digests.Select(digest => (digest.ClinicSlug, digest.Day)).ToHashSet();
        var emails = 0;
        var days = 0;
        foreach (var clinic in library.English.Clinics)
        {
            // A clinic that was renamed today may have its digest under its earlier name.
            if (OpenDay(clinic, now) is { } day && !clinic.Slugs.Any(slug => done.Contains((slug, day))))
            {
                db.Set<ClinicDigest>().Add(new ClinicDigest(clinic.Slug, day));
                days++;
                emails += await AddEmailAsync(clinic.Slug, AppointmentRequest.BelongsTo(clinic), day, now, cancellationToken) ? 1 : 0;
            }
        }

        if (library.English.Clinics.Select(clinic => OpenDay(clinic, now)).OfType<DateOnly>().Order().FirstOrDefault() is var today
            && today != default)
        {
            foreach (var slug in (await RemovedClinicsAsync(cancellationToken)).Where(slug => !done.Contains((slug, today))))
            {
                db.Set<ClinicDigest>().Add(new ClinicDigest(slug, today));
                days++;
                emails += await AddEmailAsync(slug, request => request.ClinicSlug == slug, today, now, cancellationToken) ? 1 : 0;
            }
        }

        if (days > 0)
        {
            await db.SaveChangesAsync(cancellationToken);
            LogSent(days, emails);
        }
    }

    /// <summary>
    /// The current day in the clinic's time zone, from the first opening to the last closing time, including breaks. Null outside these
    /// hours and on closed days.
    /// </summary>
    public static DateOnly? OpenDay(Clinic clinic, DateTime utc)
    {
        var day = clinic.TimeZone.Today(utc);
        return clinic.Hours.On(day) is [var first, ..] spans
            && clinic.TimeZone.ToUtc(day.ToDateTime(first.From)) <= utc
            && utc < clinic.TimeZone.ToUtc(day.ToDateTime(spans[^1].To))
                ? day
                : null;
    }

    /// <summary>The slugs of clinics that are no longer part of the content but have requests to answer or to check.</summary>
    private Task<List<string>> RemovedClinicsAsync(CancellationToken cancellationToken)
    {
        var known = library.English.Clinics.SelectMany(clinic => clinic.Slugs).ToList();
        return db.Set<AppointmentRequest>()
            .Where(request => AppointmentRequest.WaitingStates.Contains(request.State) || request.State == RequestState.Held)
            .Where(request => !known.Contains(request.ClinicSlug))
            .Select(request => request.ClinicSlug)
            .Distinct()
            .ToListAsync(cancellationToken);
    }

    private async Task<bool> AddEmailAsync(
        string clinicSlug,
        Expression<Func<AppointmentRequest, bool>> isHere,
        DateOnly day,
        DateTime now,
        CancellationToken cancellationToken)
    {
        var here = db.Set<AppointmentRequest>().Where(isHere);
        var held = await here.CountAsync(request => request.State == RequestState.Held, cancellationToken);
        var waiting = await here
            .Where(request => AppointmentRequest.WaitingStates.Contains(request.State))
            .OrderBy(request => request.DueUtc).ThenBy(request => request.Id)
            .Select(request => new { request.Reference, request.State, request.DueUtc })
            .ToListAsync(cancellationToken);
        if (waiting.Count == 0 && held == 0)
        {
            return false;
        }

        notifications.SendDigest(
            clinicSlug, day, waiting.ConvertAll(request => (request.Reference, request.State, request.DueUtc)), held, now);
        return true;
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "{Clinics} clinics opened; {Emails} have waiting requests and were sent a digest")]
    private partial void LogSent(int clinics, int emails);
}
