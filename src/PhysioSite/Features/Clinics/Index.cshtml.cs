using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics.Map;
using PhysioSite.Web.Caching;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Clinics;

/// <summary>All clinics, ordered by distance when a ZIP code is given.</summary>
public sealed class IndexModel(ContentLibrary library, ClinicDirectory directory, TimeProvider time) : PageModel, ICacheablePage
{
    public SiteContent SiteContent { get; } = library.Current;

    /// <summary>As entered.</summary>
    public string? Zip { get; private set; }

    public ZipCode? Found { get; private set; }

    public IReadOnlyList<ClinicDistance> Clinics { get; private set; } = [];

    /// <summary>Whether every clinic is far from the ZIP code.</summary>
    public bool IsFar { get; private set; }

    /// <summary>Shown first when every clinic is far from the ZIP code and virtual care is licensed there.</summary>
    public Clinic? VirtualCare { get; private set; }

    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    /// <summary>The page says which clinics are open. Not kept with a ZIP code, which is the reader's.</summary>
    public DateTime? CacheExpires(DateTime utc) => string.IsNullOrEmpty(Zip)
        ? SiteContent.Clinics.Select(clinic => ClinicClock.NextChange(clinic, utc)).Append(SiteContent.NextDateChange(utc)).Min()
        : null;

    public void OnGet([FromQuery] string? zip)
    {
        Zip = zip?.Trim();
        Clinics = [.. SiteContent.Clinics.Select(clinic => new ClinicDistance(clinic, null))];
        if (string.IsNullOrEmpty(Zip))
        {
            return;
        }

        Found = directory.FindZip(Zip);
        if (Found is null)
        {
            ModelState.AddModelError(nameof(zip), ZipCodes.IsFiveDigits(ZipCodes.FiveDigits(Zip))
                ? Localize($"We do not know the ZIP code {Zip}. Check it, or choose a clinic from the list below")
                : Localize($"Enter a ZIP code of five digits, like 53703"));
            return;
        }

        Clinics = directory.ByDistance(Found);
        var nearest = directory.Nearest(Found, VisitKind.Clinic);
        (IsFar, VirtualCare) = (nearest.IsFar, nearest.VirtualCare);
    }

    /// <summary>The clinics in order, as cards.</summary>
    public IReadOnlyList<ClinicCard> Cards =>
    [
        .. Clinics.Select((found, index) => new ClinicCard(
            index + 1,
            found,
            [.. found.Clinic.Visits.Where(visit => Found is null || found.Clinic.MayTreat(visit, Found.State))],
            Found?.Code,
            Found?.State,
            Now)),
    ];

    /// <summary>How many clinics are shown at once: three to five near the ZIP code, or all without one.</summary>
    public int Shown => Found is null
        ? Clinics.Count
        : Math.Clamp(Clinics.Count(found => found.Miles <= ClinicDirectory.FarMiles), 3, 5);

    public ClinicMap Map => ClinicMap.Of(
        [.. Clinics.Select(found => found.Clinic)], Found is null ? null : Shown, Found?.Center);
}
