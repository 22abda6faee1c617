using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;
using PhysioSite.Features.Shared;
using PhysioSite.Web.Caching;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Careers;

/// <summary>Open positions. The filters are part of the address, so that a search can be shared.</summary>
public sealed class IndexModel(ContentLibrary library, ClinicDirectory directory, JobOpenings openings) : PageModel, ICacheablePage
{
    public static readonly IReadOnlyList<int> Distances = [10, 25, 50, 100];

    public const int PageSize = 24;

    private bool _isKept;

    public SiteContent SiteContent { get; } = library.Current;

    public string? ClinicSlug { get; private set; }

    public string? Type { get; private set; }

    public string? Zip { get; private set; }

    public int? Within { get; private set; }

    /// <summary>On all pages.</summary>
    public int Total { get; private set; }

    /// <summary>The number of the page, from 1.</summary>
    public int Number { get; private set; }

    public IReadOnlyList<JobOpening> Openings { get; private set; } = [];

    /// <summary>Whether there are open positions, whatever the filter is.</summary>
    public bool HasOpenings { get; private set; }

    public bool Filtered => ClinicSlug is not null || Type is not null || !string.IsNullOrEmpty(Zip);

    /// <summary>Not kept with a ZIP code, which is the reader's, or with a value that the page does not know.</summary>
    public DateTime? CacheExpires(DateTime utc) => _isKept ? SiteContent.NextDateChange(utc) : null;

    public string Address(int number) => PageNumbers.AddressOf(
        Url.Page("/Careers/Index"),
        number,
        ("clinic", ClinicSlug),
        ("type", Type),
        ("zip", Zip),
        ("within", Within?.ToString(CultureInfo.InvariantCulture)));

    public void OnGet(
        [FromQuery] string? clinic,
        [FromQuery] string? type,
        [FromQuery] string? zip,
        [FromQuery] string? within,
        [FromQuery] string? page)
    {
        ClinicSlug = SiteContent.FindClinic(clinic)?.Slug;
        Type = type is not null && Position.Types.ContainsKey(type) ? type : null;
        Zip = zip?.Trim();
        Within = int.TryParse(within, CultureInfo.InvariantCulture, out var miles) && Distances.Contains(miles) ? miles : null;
        var found = directory.FindZip(Zip);
        if (!string.IsNullOrEmpty(Zip) && found is null)
        {
            ModelState.AddModelError(nameof(zip), Localize($"Enter a ZIP code of five digits that is in use, like 53703"));
        }

        HasOpenings = openings.HasAny;
        var all = openings.Find(new JobOpeningFilter(
            SiteContent.FindClinic(ClinicSlug),
            Type is null ? null : Position.Types[Type],
            found,
            Within));
        Total = all.Count;
        Number = PageNumbers.Read(page, Total, PageSize);
        Openings = [.. all.Skip((Number - 1) * PageSize).Take(PageSize)];
        _isKept = string.IsNullOrEmpty(Zip) && ClinicSlug == clinic && Type == type && (Within is not null || within is null)
            && PageNumbers.IsWritten(page, Number);
    }
}
