using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;

namespace PhysioSite.Features.Articles;

public sealed class ArticleModel(ContentLibrary library) : PageModel
{
    private const int WordsPerMinute = 200;
    private const int RelatedShown = 3;

    public SiteContent Library { get; } = library.Current;

    public Article Article { get; private set; } = null!;

    public int ReadingMinutes => Math.Max(1, (int)Math.Round(Article.Body.Words / (double)WordsPerMinute));

    /// <summary>Others that share the most body areas.</summary>
    public IReadOnlyList<Article> Related =>
    [
        .. Library.Articles.Where(other => other != Article)
            .OrderByDescending(other => other.BodyAreas.Intersect(Article.BodyAreas).Count())
            .Take(RelatedShown),
    ];

    public IActionResult OnGet(string slug)
    {
        if (Library.FindArticle(slug) is not { } article)
        {
            return NotFound();
        }

        Article = article;
        return Page();
    }
}
