using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Areas;

public sealed class AreaModel(ContentLibrary library, TimeProvider time) : PageModel, ICacheablePage
{
    private const int TherapistsShown = 8;
    private const int ArticlesShown = 12;

    public SiteContent SiteContent { get; } = library.Current;

    public AreaPage AreaPage { get; private set; } = null!;

    public bool IsReviewOverdue => AreaPage.IsReviewOverdue(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));

    public int ArticleCount => SiteContent.Articles.Count(IsAboutIt);

    /// <summary>The latest ones.</summary>
    public IReadOnlyList<Article> Articles => [.. SiteContent.Articles.Where(IsAboutIt).Take(ArticlesShown)];

    /// <summary>At most one of each clinic, so that every region is there.</summary>
    public IReadOnlyList<Therapist> Therapists =>
        [.. SiteContent.TherapistsFor(AreaPage).DistinctBy(therapist => therapist.Clinics[0].Slug).Take(TherapistsShown)];

    private bool IsAboutIt(Article article) => article.BodyAreas.Any(area => area.Id == AreaPage.Area.Id);

    public IActionResult OnGet([FromRoute] string id)
    {
        if (SiteContent.FindArea(id) is not { } page)
        {
            return NotFound();
        }

        AreaPage = page;
        return Page();
    }
}
