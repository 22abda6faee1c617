using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Staff.Requests.Details;

/// <summary>The next days on which a patient prefers to come, with the hours of the clinic on them.</summary>
public static class PreferredDays
{
    /// <summary>For example "Monday, November 23: 7 am to 7 pm". Empty when any time will do.</summary>
    /// <param name="ids">Ids of <see cref="PreferredTime"/>.</param>
    public static IReadOnlyList<string> Describe(IReadOnlyList<string> ids, Clinic? clinic, SiteProfile site, DateTime now)
    {
        if (clinic is null)
        {
            return [];
        }

        var tomorrow = clinic.TimeZone.Today(now).AddDays(1);
        return
        [
            .. PreferredTime.Choices(site).Where(time => ids.Contains(time.Id)).Select(time => time.Day).Distinct()
                .Select(day => tomorrow.AddDays(((int)day - (int)tomorrow.DayOfWeek + 7) % 7))
                .Select(date => $"{date:dddd, MMMM d}: {ClinicClock.Hours(clinic.Hours.On(date))}"),
        ];
    }
}
