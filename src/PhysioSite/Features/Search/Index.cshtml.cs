using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Search;

/// <summary>The search page: the query and its results.</summary>
public sealed class IndexModel(ContentLibrary library, SiteSearch search) : PageModel
{
    public SiteContent SiteContent { get; } = library.Current;

    /// <summary>The query as entered. Empty when there is none.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The ZIP code that was entered, if it is one. Clinics are found by distance then.</summary>
    public string? Zip { get; private set; }

    public SearchResults Results { get; private set; } = SearchResults.None;

    /// <summary>Body areas offered as an alternative: those that have an article.</summary>
    public IReadOnlyList<BodyArea> Areas =>
        [.. SiteContent.Site.BodyAreas.Where(area => SiteContent.Articles.Any(article => article.BodyAreas.Contains(area)))];

    public void OnGet([FromQuery] string? q)
    {
        Text = SearchQuery.Clean(q);
        Zip = ZipCodes.FiveDigits(Text) is var digits && ZipCodes.IsFiveDigits(digits) ? digits : null;
        Results = search.Find(Zip ?? Text);
    }
}
