using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;

namespace PhysioSite.Features.Symptoms;

/// <summary>Soreness or injury: the signs, and who to see.</summary>
public sealed class IndexModel(ContentLibrary library) : PageModel
{
    public SiteContent Library { get; } = library.Current;

    public InfoPage Info => Library.FindPage(InfoPage.SymptomsSlug)!;
}
