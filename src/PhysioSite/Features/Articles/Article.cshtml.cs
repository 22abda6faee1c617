using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Articles;

public sealed class ArticleModel(ContentLibrary library, TimeProvider time) : PageModel, ICacheablePage
{
    private const int WordsPerMinute = 200;
    private const int RelatedShown = 3;

    private int _index;

    public SiteContent SiteContent { get; } = library.Current;

    public Article Article => SiteContent.Articles[_index];

    public int ReadingMinutes => Math.Max(1, (int)Math.Round(Article.Body.Words / (double)WordsPerMinute));

    public bool IsReviewOverdue => Article.IsReviewOverdue(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));

    /// <summary>The previous article by publication date.</summary>
    public Article? Previous => SiteContent.Articles.ElementAtOrDefault(_index + 1);

    /// <summary>The next article by publication date.</summary>
    public Article? Next => _index == 0 ? null : SiteContent.Articles[_index - 1];

    /// <summary>The other articles that share the most body areas with this one.</summary>
    public IReadOnlyList<Article> Related =>
    [
        .. SiteContent.Articles.Where(other => other != Article)
            .OrderByDescending(other => other.BodyAreas.Count(Article.BodyAreas.Contains))
            .Take(RelatedShown),
    ];

    public IActionResult OnGet([FromRoute] string slug)
    {
        if (SiteContent.FindArticle(slug) is not { } article)
        {
            return NotFound();
        }

        _index = SiteContent.Articles.Index().First(item => item.Item == article).Index;
        return Page();
    }
}
