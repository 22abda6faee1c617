namespace PhysioSite.Content.Model;

/// <summary>The time zone of a clinic.</summary>
/// <param name="Name">The name patients use, for example "Central Time".</param>
public sealed record ClinicTimeZone(TimeZoneInfo Zone, string Name)
{
    /// <summary>Converts a UTC time to the clinic's local time.</summary>
    public DateTime ToLocal(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, Zone);

    /// <summary>The date at the clinic.</summary>
    public DateOnly Today(DateTime utc) => DateOnly.FromDateTime(ToLocal(utc));

    /// <summary>The end of the day at the clinic, in UTC.</summary>
    public DateTime NextMidnight(DateTime utc) => ToUtc(ToLocal(utc).Date.AddDays(1));

    /// <summary>
    /// Converts the clinic's local time <paramref name="local"/> to UTC. A time in the hour that the spring change skips is treated
    /// as one hour later. A time in the hour that the autumn change repeats is treated as its first occurrence.
    /// </summary>
    public DateTime ToUtc(DateTime local)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (Zone.IsInvalidTime(local))
        {
            local = local.AddHours(1);
        }

        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return DateTime.SpecifyKind(local - offset, DateTimeKind.Utc);
    }
}
