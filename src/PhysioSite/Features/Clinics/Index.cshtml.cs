using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics.Map;
using PhysioSite.Features.Shared;
using PhysioSite.Web.Caching;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Clinics;

/// <summary>
/// All clinics, ordered by distance when a ZIP code is given. When there are many, those nearest to a ZIP code or those of a state.
/// </summary>
public sealed class IndexModel(ContentLibrary library, ClinicDirectory directory, TimeProvider time) : PageModel, ICacheablePage
{
    public const int PageSize = 50;

    /// <summary>How many of many clinics are listed for a ZIP code.</summary>
    private const int MostNear = 12;

    private bool _isKept;

    public SiteContent SiteContent { get; } = library.Current;

    /// <summary>As entered.</summary>
    public string? Zip { get; private set; }

    public ZipCode? Found { get; private set; }

    /// <summary>The state whose clinics are listed, by its two-letter code. Null for any.</summary>
    public string? State { get; private set; }

    /// <summary>How many clinics are in the state, on all pages.</summary>
    public int InState { get; private set; }

    /// <summary>The number of the page of a state, from 1.</summary>
    public int Number { get; private set; } = 1;

    /// <summary>Those that are listed.</summary>
    public IReadOnlyList<ClinicDistance> Clinics { get; private set; } = [];

    /// <summary>Whether every clinic is far from the ZIP code.</summary>
    public bool IsFar { get; private set; }

    /// <summary>Shown first when every clinic is far from the ZIP code and virtual care is licensed there.</summary>
    public Clinic? VirtualCare { get; private set; }

    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// The page says which clinics are open. Not kept with a ZIP code, which is the reader's, or with a value that the page does not know.
    /// </summary>
    public DateTime? CacheExpires(DateTime utc) => string.IsNullOrEmpty(Zip) && _isKept
        ? Clinics.Select(found => ClinicClock.NextChange(found.Clinic, utc)).Append(SiteContent.NextDateChange(utc)).Min()
        : null;

    public string Address(int number) => PageNumbers.AddressOf(Url.Page("/Clinics/Index"), number, ("state", State));

    public void OnGet([FromQuery] string? zip, [FromQuery] string? state, [FromQuery] string? page)
    {
        Zip = zip?.Trim();
        if (string.IsNullOrEmpty(Zip))
        {
            List(state, page);
            return;
        }

        Found = directory.FindZip(Zip);
        if (Found is null)
        {
            ModelState.AddModelError(nameof(zip), ZipCodes.IsFiveDigits(ZipCodes.FiveDigits(Zip))
                ? Localize($"We do not know the ZIP code {Zip}. Check it, or choose a clinic from the list below")
                : Localize($"Enter a ZIP code of five digits, like 53703"));
            List(null, null);
            return;
        }

        var byDistance = directory.ByDistance(Found);
        Clinics = SiteContent.HasManyClinics ? [.. byDistance.Where(found => found.Miles is not null).Take(MostNear)] : byDistance;
        var nearest = directory.Nearest(Found, VisitKind.Clinic);
        (IsFar, VirtualCare) = (nearest.IsFar, nearest.VirtualCare);
    }

    /// <summary>Lists the clinics of a state, or all of them if they are not many.</summary>
    private void List(string? state, string? page)
    {
        State = state is not null && SiteContent.ClinicsByState.Contains(state) ? state : null;
        var clinics = State is not null ? [.. SiteContent.ClinicsByState[State]]
            : SiteContent.HasManyClinics ? []
            : SiteContent.Clinics;
        InState = clinics.Count;
        Number = State is null ? 1 : PageNumbers.Read(page, InState, PageSize);
        Clinics =
        [
            .. (State is null ? clinics : clinics.Skip((Number - 1) * PageSize).Take(PageSize))
                .Select(clinic => new ClinicDistance(clinic, null)),
        ];
        _isKept = State == state && PageNumbers.IsWritten(page, Number);
    }

    /// <summary>The clinics in order, as cards.</summary>
    public IReadOnlyList<ClinicCard> Cards =>
    [
        .. Clinics.Select((found, index) => new ClinicCard(
            ((Number - 1) * PageSize) + index + 1,
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

    /// <summary>Null for the clinics of a state, which are too near to each other for the pins.</summary>
    public ClinicMap? Map => State is not null || Clinics.Count == 0 ? null : ClinicMap.Of(
        [.. Clinics.Take(SiteContent.HasManyClinics ? Shown : Clinics.Count).Select(found => found.Clinic)],
        Found is null ? null : Shown,
        Found?.Center);
}
