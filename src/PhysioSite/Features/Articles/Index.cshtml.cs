using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Shared;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Articles;

/// <summary>The list of articles, optionally filtered by body area, newest first.</summary>
public sealed class IndexModel(ContentLibrary library) : PageModel, ICacheablePage
{
    public const int PageSize = 24;

    private bool _isKept;

    public SiteContent SiteContent { get; } = library.Current;

    public BodyArea? Area { get; private set; }

    /// <summary>On all pages.</summary>
    public int Total { get; private set; }

    /// <summary>The number of the page, from 1.</summary>
    public int Number { get; private set; }

    public IReadOnlyList<Article> Articles { get; private set; } = [];

    /// <summary>The latest English articles on the area, when there are none in the language of the page.</summary>
    public IReadOnlyList<Article> EnglishArticles => Total > 0
        ? []
        : [.. library.English.Articles.Where(article => article.BodyAreas.Any(area => area.Id == Area?.Id)).Take(PageSize)];

    public IReadOnlyList<BodyArea> Areas =>
        [.. SiteContent.Site.BodyAreas.Where(area => SiteContent.Articles.Any(article => article.BodyAreas.Contains(area)))];

    public string Address(int number) => PageNumbers.AddressOf(Url.Page("/Articles/Index"), number, ("area", Area?.Id));

    public void OnGet([FromQuery] string? area, [FromQuery] string? page)
    {
        Area = SiteContent.Site.FindBodyArea(area);
        var articles = SiteContent.Articles.Where(article => Area is null || article.BodyAreas.Contains(Area)).ToList();
        Total = articles.Count;
        Number = PageNumbers.Read(page, Total, PageSize);
        Articles = [.. articles.Skip((Number - 1) * PageSize).Take(PageSize)];
        _isKept = area == Area?.Id && PageNumbers.IsWritten(page, Number);
    }

    /// <summary>Not kept for an unknown area or page, because there is no end of them.</summary>
    public DateTime? CacheExpires(DateTime utc) => _isKept ? SiteContent.NextDateChange(utc) : null;
}
