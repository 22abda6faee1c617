using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Info;

/// <summary>The pages that consist of text only.</summary>
public sealed class PageModel(ContentLibrary library) : Microsoft.AspNetCore.Mvc.RazorPages.PageModel, ICacheablePage
{
    public SiteContent SiteContent { get; } = library.Current;

    public InfoPage Info { get; private set; } = null!;

    public IActionResult OnGet([FromRoute] string slug)
    {
        if (SiteContent.FindPage(slug) is not { } page)
        {
            return NotFound();
        }

        Info = page;
        return Page();
    }
}
