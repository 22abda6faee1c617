using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Articles;

/// <summary>A page to print with the exercises of an article and a box for each day.</summary>
public sealed class PlanModel(ContentLibrary library) : PageModel, ICacheablePage
{
    /// <summary>The weeks with boxes. Most articles say to go on for six to eight weeks.</summary>
    public const int Weeks = 6;

    public SiteContent SiteContent { get; } = library.Current;

    public Article Article { get; private set; } = null!;

    /// <summary>The days of the week, with one or two letters each, from the first day of the week of the language.</summary>
    public static IEnumerable<string> Days
    {
        get
        {
            var format = CultureInfo.CurrentCulture.DateTimeFormat;
            return Enumerable.Range(0, 7).Select(day => format.ShortestDayNames[((int)format.FirstDayOfWeek + day) % 7]);
        }
    }

    public IActionResult OnGet([FromRoute] string slug)
    {
        if (SiteContent.FindArticle(slug) is not { Body.Exercises.Count: > 0 } article)
        {
            return NotFound();
        }

        Article = article;
        return Page();
    }
}
