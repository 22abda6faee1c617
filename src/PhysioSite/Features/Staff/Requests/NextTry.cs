using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.Assignment;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>When to call a patient again.</summary>
public enum NextTry
{
    /// <summary>Early on the next day on which the clinic is open.</summary>
    NextDay,

    /// <summary>After two more opening hours.</summary>
    TwoHours,

    /// <summary>Early on the second day on which the clinic is open.</summary>
    TwoDays,
}

public static class NextTries
{
    private static readonly TimeSpan TwoHours = TimeSpan.FromHours(2);

    public static string Name(NextTry next) => next switch
    {
        NextTry.TwoHours => "In two opening hours",
        NextTry.NextDay => "The next day we are open",
        _ => "In two days",
    };

    /// <param name="clinic">Null when it is no longer part of the content. Every hour counts as open then.</param>
    public static DateTime Time(NextTry next, Clinic? clinic, DateTime now)
    {
        if (clinic is null)
        {
            return next == NextTry.TwoHours ? now + TwoHours : now.AddDays(next == NextTry.NextDay ? 1 : 2);
        }

        // Two hours into the first open day after today, or into the one after it.
        var from = now;
        for (var days = next switch { NextTry.TwoHours => 0, NextTry.NextDay => 1, _ => 2 }; days > 0; days--)
        {
            from = DueTime.After(clinic, clinic.TimeZone.NextMidnight(from), TwoHours);
        }

        return next == NextTry.TwoHours ? DueTime.After(clinic, from, TwoHours) : from;
    }
}
