using System.Globalization;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Staff.Shared;

/// <summary>Times on the staff desk.</summary>
public static class StaffTime
{
    /// <summary>The time in the clinic's time zone. In UTC when the clinic is no longer part of the content.</summary>
    /// <param name="now">With it, a day more than six months away has its year.</param>
    public static string Text(Clinic? clinic, DateTime utc, DateTime? now = null) =>
        clinic is null ? utc.ToString("u", CultureInfo.InvariantCulture) : ClinicClock.DayAndTime(clinic, utc, now);

    /// <summary>For the datetime attribute of an HTML time element.</summary>
    public static string Machine(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
