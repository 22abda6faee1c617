using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Data.Metrics;
using PhysioSite.Telemetry;

namespace PhysioSite.Features.Appointments.Metrics;

/// <summary>What became of a form.</summary>
public enum FormOutcome
{
    Accepted,

    /// <summary>Stored, but held as possible spam.</summary>
    Held,

    /// <summary>Entered by staff during a phone call.</summary>
    Entered,

    /// <summary>Sent before. Nothing was stored.</summary>
    Repeated,

    /// <summary>Answers are missing or not valid.</summary>
    Invalid,

    /// <summary>The page had been open for too long, or the browser keeps no cookies.</summary>
    Expired,

    /// <summary>Refused by a rate limit.</summary>
    Limited,

    /// <summary>The database did not store it.</summary>
    NotStored,
}

/// <summary>Measurements of appointment requests. A clinic is one of the content: never what somebody typed.</summary>
public sealed class RequestMetrics
{
    private readonly ContentLibrary _library;
    private readonly Counter<long> _forms;
    private readonly Counter<long> _missed;

    public RequestMetrics(IMeterFactory meters, IServiceScopeFactory scopes, ContentLibrary library, TimeProvider time)
    {
        _library = library;
        var meter = meters.Create(SiteTelemetry.Name);
        _forms = meter.CreateCounter<long>("physiosite.appointment.forms", "{form}", "Request forms, and requests entered by staff.");
        _missed = meter.CreateCounter<long>(
            "physiosite.appointment.due_time.misses", "{request}", "Requests that nobody had taken by the promised time.");
        meter.CreateDatabaseGauge(
            "physiosite.appointment.overdue",
            "{request}",
            "Requests whose promised time has passed.",
            scopes,
            (db, cancellationToken) => CountAsync(db, AppointmentRequest.OverdueAt(time.GetUtcNow().UtcDateTime), cancellationToken));
        meter.CreateDatabaseGauge(
            "physiosite.appointment.held",
            "{request}",
            "Requests that are held as possible spam.",
            scopes,
            (db, cancellationToken) => CountAsync(db, request => request.State == RequestState.Held, cancellationToken));
    }

    /// <param name="clinic">The slug. Null when the form names no clinic of the content.</param>
    public void CountForm(FormOutcome outcome, string? clinic)
    {
        var tags = new TagList { { SiteTelemetry.Outcome, NameOf(outcome) } };
        if (clinic is not null)
        {
            tags.Add(SiteTelemetry.Clinic, clinic);
        }

        _forms.Add(1, tags);
    }

    /// <param name="clinic">The slug that is stored with the request.</param>
    public void CountMiss(string clinic) => _missed.Add(1, new KeyValuePair<string, object?>(SiteTelemetry.Clinic, CurrentSlug(clinic)));

    private static string NameOf(FormOutcome outcome) => outcome switch
    {
        FormOutcome.Accepted => "accepted",
        FormOutcome.Held => "held",
        FormOutcome.Entered => "entered",
        FormOutcome.Repeated => "repeated",
        FormOutcome.Invalid => "invalid",
        FormOutcome.Expired => "expired",
        FormOutcome.Limited => "limited",
        _ => "not_stored",
    };

    /// <summary>A clinic without such a request has 0, so that its last value is not taken for the present one.</summary>
    private async Task<IEnumerable<Measurement<long>>> CountAsync(
        SiteDbContext db, Expression<Func<AppointmentRequest, bool>> which, CancellationToken cancellationToken)
    {
        var stored = await db.Set<AppointmentRequest>().Where(which)
            .GroupBy(request => request.ClinicSlug)
            .Select(clinic => new { Slug = clinic.Key, Count = clinic.LongCount() })
            .ToListAsync(cancellationToken);
        return _library.English.Clinics.Select(clinic => (clinic.Slug, Count: 0L))
            .Concat(stored.Select(clinic => (Slug: CurrentSlug(clinic.Slug), clinic.Count)))
            .GroupBy(clinic => clinic.Slug, clinic => clinic.Count)
            .Select(clinic => new Measurement<long>(
                clinic.Sum(), new KeyValuePair<string, object?>(SiteTelemetry.Clinic, clinic.Key)));
    }

    private string CurrentSlug(string stored) => _library.English.FindClinic(stored)?.Slug ?? stored;
}
