using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Info;

/// <summary>The pages that consist of text only.</summary>
public sealed class PageModel(ContentLibrary library) : Microsoft.AspNetCore.Mvc.RazorPages.PageModel, ICacheablePage
{
    public SiteContent SiteContent { get; } = library.Current;

    public InfoPage Info { get; private set; } = null!;

    /// <summary>The clinics that offer the service of the page. Empty when the page is not about a service.</summary>
    public IReadOnlyList<Clinic> Clinics =>
        Info.Service is { } service ? [.. SiteContent.Clinics.Where(clinic => clinic.Services.Contains(service))] : [];

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
