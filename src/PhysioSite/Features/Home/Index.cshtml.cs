using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;

namespace PhysioSite.Features.Home;

public sealed class IndexModel(ContentLibrary library, TimeProvider time) : PageModel
{
    private const int Shown = 3;

    public SiteContent Library { get; } = library.Current;

    public IReadOnlyList<Article> Articles => [.. Library.Articles.Take(Shown)];

    /// <summary>The body areas that have at least one article.</summary>
    public IReadOnlyList<BodyArea> Areas => [.. Library.Site.BodyAreas.Where(area => Library.Articles.Any(article => article.BodyAreas.Contains(area)))];

    public IReadOnlyList<Position> Positions => [.. Library.OpenPositions(time.GetUtcNow().UtcDateTime).Take(Shown)];
}
