using PhysioSite.Content.Model;

namespace PhysioSite.Features.Appointments.Assignment;

/// <summary>Calculates the time by which a clinic must answer.</summary>
public static class DueTime
{
    /// <summary>
    /// Limit of the search in days. A year of closed days is an error in the opening hours, so no later date is returned.
    /// </summary>
    private const int DaysToLookAhead = 366;

    /// <summary>
    /// The time at which the clinic has been open for <paramref name="openTime"/> since <paramref name="receivedUtc"/>, rounded up to the
    /// full hour in the clinic's time zone. Counts elapsed hours, so days with a daylight saving change count with their actual length.
    /// </summary>
    public static DateTime After(Clinic clinic, DateTime receivedUtc, TimeSpan openTime)
    {
        var left = openTime;
        var day = clinic.TimeZone.Today(receivedUtc);
        for (var ahead = 0; ahead <= DaysToLookAhead; ahead++, day = day.AddDays(1))
        {
            foreach (var span in clinic.Hours.On(day))
            {
                var from = Later(clinic.TimeZone.ToUtc(day.ToDateTime(span.From)), receivedUtc);
                var open = clinic.TimeZone.ToUtc(day.ToDateTime(span.To)) - from;
                if (open >= left)
                {
                    return RoundUpToHour(clinic, from + left);
                }

                left -= open > TimeSpan.Zero ? open : TimeSpan.Zero;
            }
        }

        return RoundUpToHour(clinic, receivedUtc + openTime);
    }

    private static DateTime Later(DateTime a, DateTime b) => a > b ? a : b;

    private static DateTime RoundUpToHour(Clinic clinic, DateTime utc)
    {
        var past = clinic.TimeZone.ToLocal(utc).TimeOfDay.Ticks % TimeSpan.TicksPerHour;
        return past == 0 ? utc : utc.AddTicks(TimeSpan.TicksPerHour - past);
    }
}
