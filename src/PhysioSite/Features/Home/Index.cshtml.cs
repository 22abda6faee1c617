using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Home;

public sealed class IndexModel(ContentLibrary library, TimeProvider time) : PageModel, ICacheablePage
{
    private const int Shown = 3;

    public SiteContent SiteContent { get; } = library.Current;

    public IReadOnlyList<Article> Articles => [.. SiteContent.Articles.Take(Shown)];

    /// <summary>The body areas that have at least one article.</summary>
    public IReadOnlyList<BodyArea> Areas =>
        [.. SiteContent.Site.BodyAreas.Where(area => SiteContent.Articles.Any(article => article.BodyAreas.Contains(area)))];

    public IReadOnlyList<Position> Positions => [.. SiteContent.OpenPositions(time.GetUtcNow().UtcDateTime).Take(Shown)];
}
