using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;

namespace PhysioSite.Features.Symptoms;

/// <summary>Soreness or injury: the signs, and who to see.</summary>
public sealed class IndexModel(ContentLibrary library) : PageModel
{
    public InfoPage Info { get; } = library.Current.FindPage(InfoPage.SymptomsSlug)!;
}
