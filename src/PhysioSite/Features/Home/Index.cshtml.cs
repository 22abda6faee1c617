using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Home;

public sealed class IndexModel(ContentLibrary library, OnTimeFigure onTime, TimeProvider time) : PageModel, ICacheablePage
{
    private const int Shown = 3;

    public SiteContent SiteContent { get; } = library.Current;

    public IReadOnlyList<Article> Articles => [.. SiteContent.Articles.Take(Shown)];

    /// <summary>The body areas that have at least one article.</summary>
    public IReadOnlyList<BodyArea> Areas =>
        [.. SiteContent.Site.BodyAreas.Where(area => SiteContent.Articles.Any(article => article.BodyAreas.Contains(area)))];

    /// <summary>Null when it is not public, or there are too few requests.</summary>
    public OnTimeShare? OnTime { get; private set; }

    public IReadOnlyList<Position> Positions => [.. SiteContent.OpenPositions(time.GetUtcNow().UtcDateTime).Take(Shown)];

    public async Task OnGetAsync(CancellationToken cancellationToken) => OnTime = await onTime.FindAsync(cancellationToken);

    /// <summary>A public figure is counted again after some time.</summary>
    public DateTime? CacheExpires(DateTime utc) => onTime.IsPublic
        ? new[] { SiteContent.NextDateChange(utc), utc + OnTimeFigure.Lifetime }.Min()
        : SiteContent.NextDateChange(utc);
}
