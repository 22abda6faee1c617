using PhysioSite.Content.Model;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Clinics;

/// <summary>Formats times for patients, in the clinic's time zone, with the name of the zone.</summary>
public static class ClinicClock
{
    /// <summary>How far ahead the next opening is searched, in days.</summary>
    private const int DaysAhead = 366;

    /// <summary>For example "Tuesday, November 24, noon (Central Time)".</summary>
    /// <param name="clinic">Null for a clinic that is no longer part of the content. The time is in UTC then.</param>
    /// <param name="now">With it, a day more than six months away has its year. Null for a time that is always near.</param>
    public static string DayAndTime(Clinic? clinic, DateTime utc, DateTime? now = null)
    {
        var local = clinic?.TimeZone.ToLocal(utc) ?? utc;
        var time = Time(TimeOnly.FromDateTime(local));
        var zone = clinic?.TimeZone.Name ?? "UTC";
        return now is { } today && IsFar(utc, today)
            ? Localize($"{local:dddd, MMMM d, yyyy}, {time} ({zone})")
            : Localize($"{local:dddd, MMMM d}, {time} ({zone})");
    }

    /// <summary>Whether a time is so far away that its day is shown with the year.</summary>
    public static bool IsFar(DateTime utc, DateTime now) => utc > now.AddMonths(6) || utc < now.AddMonths(-6);

    /// <summary>For example "noon", "2 pm" or "7:30 am".</summary>
    public static string Time(TimeOnly time) => time switch
    {
        { Hour: 12, Minute: 0 } => Localize($"noon"),
        { Hour: 0, Minute: 0 } => Localize($"midnight"),
        { Minute: 0, Hour: < 12 } => Localize($"{time:%h} am"),
        { Minute: 0 } => Localize($"{time:%h} pm"),
        { Hour: < 12 } => Localize($"{time:h:mm} am"),
        _ => Localize($"{time:h:mm} pm"),
    };

    /// <summary>For example "7 am to noon and 1 pm to 6 pm", or "closed".</summary>
    public static string Hours(IReadOnlyList<OpenSpan> spans) =>
        spans.Count == 0
            ? Localize($"closed")
            : string.Join(Localize($" and "), spans.Select(span => Localize($"{Time(span.From)} to {Time(span.To)}")));

    /// <summary>For example "Open now until 6 pm", or the next opening time.</summary>
    public static string OpenNow(Clinic clinic, DateTime utc)
    {
        var local = clinic.TimeZone.ToLocal(utc);
        var today = DateOnly.FromDateTime(local);
        var now = TimeOnly.FromDateTime(local);
        foreach (var span in clinic.Hours.On(today).Where(span => now < span.To))
        {
            return span.From <= now
                ? Localize($"Open now until {Time(span.To)} ({clinic.TimeZone.Name})")
                : Localize($"Opens today at {Time(span.From)} ({clinic.TimeZone.Name})");
        }

        for (var day = today.AddDays(1); day <= today.AddDays(DaysAhead); day = day.AddDays(1))
        {
            if (clinic.Hours.On(day) is [var first, ..])
            {
                return Localize($"Closed now, opens {day:dddd, MMMM d} at {Time(first.From)} ({clinic.TimeZone.Name})");
            }
        }

        return Localize($"Closed until further notice");
    }

    public static bool IsOpen(Clinic clinic, DateTime utc)
    {
        var local = clinic.TimeZone.ToLocal(utc);
        var now = TimeOnly.FromDateTime(local);
        return clinic.Hours.On(DateOnly.FromDateTime(local)).Any(span => span.From <= now && now < span.To);
    }

    /// <summary>A time in the near future, for example "5 pm today", "noon tomorrow" or "Monday, November 30, noon".</summary>
    public static string Soon(Clinic clinic, DateTime utc, DateTime now)
    {
        var local = clinic.TimeZone.ToLocal(utc);
        var time = Time(TimeOnly.FromDateTime(local));
        return (local.Date - clinic.TimeZone.ToLocal(now).Date).Days switch
        {
            0 => Localize($"{time} today"),
            1 => Localize($"{time} tomorrow"),
            _ => Localize($"{local:dddd, MMMM d}, {time}"),
        };
    }

    /// <summary>
    /// The latest time until which <see cref="OpenNow"/> returns the same text: the next opening or closing time, or the next whole hour.
    /// Clocks change only on a whole hour in UTC, so until then a local time is as far away as the clock says.
    /// </summary>
    public static DateTime NextChange(Clinic clinic, DateTime utc)
    {
        var local = clinic.TimeZone.ToLocal(utc);
        return clinic.Hours.On(DateOnly.FromDateTime(local))
            .SelectMany(span => new[] { span.From, span.To })
            .Select(time => utc + (time.ToTimeSpan() - local.TimeOfDay))
            .Where(time => time > utc)
            .Append(utc.Date.AddHours(utc.Hour + 1))
            .Min();
    }

    /// <summary>For example "3.1 miles". Rounded to whole miles from ten miles on.</summary>
    public static string Miles(double miles) =>
        miles < 10 ? Localize($"{miles:0.0} miles") : Localize($"{miles:#,0} miles");
}
