using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Articles;

/// <summary>The list of articles, optionally filtered by body area.</summary>
public sealed class IndexModel(ContentLibrary library) : PageModel, ICacheablePage
{
    private bool _isUnknown;

    public SiteContent SiteContent { get; } = library.Current;

    public BodyArea? Area { get; private set; }

    public IReadOnlyList<Article> Articles => [.. SiteContent.Articles.Where(article => Area is null || article.BodyAreas.Contains(Area))];

    /// <summary>The English articles on the area, when there are none in the language of the page.</summary>
    public IReadOnlyList<Article> EnglishArticles => Articles.Count > 0
        ? []
        : [.. library.English.Articles.Where(article => article.BodyAreas.Any(area => area.Id == Area?.Id))];

    public IReadOnlyList<BodyArea> Areas =>
        [.. SiteContent.Site.BodyAreas.Where(area => SiteContent.Articles.Any(article => article.BodyAreas.Contains(area)))];

    public void OnGet([FromQuery] string? area)
    {
        Area = SiteContent.Site.FindBodyArea(area);
        _isUnknown = area is not null && Area is null;
    }

    /// <summary>Not kept for an unknown area, because there is no end of them.</summary>
    public DateTime? CacheExpires(DateTime utc) => _isUnknown ? null : SiteContent.NextDateChange(utc);
}
