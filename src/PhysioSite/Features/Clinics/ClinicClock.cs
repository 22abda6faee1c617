using PhysioSite.Content;
using static PhysioSite.Languages.Words;

namespace PhysioSite.Features.Clinics;

/// <summary>Times as a patient reads them: on the clinic's clock, with its zone written out.</summary>
public static class ClinicClock
{
    /// <summary>"Tuesday 24 November, noon (Central Time)".</summary>
    public static string DayAndTime(Clinic clinic, DateTime utc)
    {
        var local = clinic.LocalTime(utc);
        return Say($"{local:dddd d MMMM}, {Time(TimeOnly.FromDateTime(local))} ({clinic.TimeZoneName})");
    }

    /// <summary>"noon", "2 pm", "7:30 am".</summary>
    public static string Time(TimeOnly time) => time switch
    {
        { Hour: 12, Minute: 0 } => Say($"noon"),
        { Hour: 0, Minute: 0 } => Say($"midnight"),
        { Minute: 0, Hour: < 12 } => Say($"{time:%h} am"),
        { Minute: 0 } => Say($"{time:%h} pm"),
        { Hour: < 12 } => Say($"{time:h:mm} am"),
        _ => Say($"{time:h:mm} pm"),
    };

    /// <summary>"7 am to noon and 1 pm to 6 pm", or "closed".</summary>
    public static string Hours(IReadOnlyList<OpenSpan> spans) =>
        spans.Count == 0 ? Say($"closed") : string.Join(Say($" and "), spans.Select(span => Say($"{Time(span.From)} to {Time(span.To)}")));

    /// <summary>"Open now until 6 pm", or when it opens next, or null when it does not within two weeks.</summary>
    public static string? OpenNow(Clinic clinic, DateTime utc)
    {
        var local = clinic.LocalTime(utc);
        var today = DateOnly.FromDateTime(local);
        var now = TimeOnly.FromDateTime(local);
        foreach (var span in clinic.Hours.On(today).Where(span => now < span.To))
        {
            return span.From <= now
                ? Say($"Open now until {Time(span.To)} ({clinic.TimeZoneName})")
                : Say($"Opens today at {Time(span.From)} ({clinic.TimeZoneName})");
        }

        for (var day = today.AddDays(1); day <= today.AddDays(14); day = day.AddDays(1))
        {
            if (clinic.Hours.On(day) is [var first, ..])
            {
                return Say($"Closed now, opens {day:dddd d MMMM} at {Time(first.From)} ({clinic.TimeZoneName})");
            }
        }

        return null;
    }

    /// <summary>"3.1 miles"; whole miles from ten on.</summary>
    public static string Miles(double miles) =>
        miles < 10 ? Say($"{miles:0.0} miles") : Say($"{miles:#,0} miles");
}
