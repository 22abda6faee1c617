using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Clinics;

public sealed class ClinicModel(ContentLibrary library, TimeProvider time) : PageModel, ICacheablePage
{
    private static readonly DayOfWeek[] Week =
    [
        DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday,
        DayOfWeek.Saturday, DayOfWeek.Sunday,
    ];

    public SiteContent SiteContent { get; } = library.Current;

    public Clinic Clinic { get; private set; } = null!;

    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    public DateOnly Today => Clinic.TimeZone.Today(Now);

    public IEnumerable<DayOfWeek> Days => Week;

    /// <summary>The next day with special opening hours, if it is within three months.</summary>
    public SpecialDay? NextException =>
        Clinic.Hours.Exceptions.Where(day => day.Date > Today && day.Date < Today.AddMonths(3)).MinBy(day => day.Date);

    /// <summary>The clinic nearby that takes new patients, while this one takes none.</summary>
    public Clinic? Alternative => SiteContent.FindClinic(Clinic.NewPatientPause?.Alternative);

    public IReadOnlyList<Therapist> Therapists => SiteContent.TherapistsAt(Clinic);

    public IReadOnlyList<Position> Positions => [.. SiteContent.OpenPositions(Now).Where(position => position.Clinic.Slug == Clinic.Slug)];

    /// <summary>The page says whether the clinic is open.</summary>
    public DateTime? CacheExpires(DateTime utc) =>
        new[] { SiteContent.NextDateChange(utc), ClinicClock.NextChange(Clinic, utc) }.Min();

    public IActionResult OnGet([FromRoute] string slug)
    {
        if (SiteContent.FindClinic(slug) is not { } clinic)
        {
            return NotFound();
        }

        Clinic = clinic;
        return Page();
    }
}
