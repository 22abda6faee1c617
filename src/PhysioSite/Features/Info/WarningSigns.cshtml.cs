using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Info;

/// <summary>Explains whether pain is soreness or an injury: the signs, and who to see.</summary>
public sealed class WarningSignsModel(ContentLibrary library) : Microsoft.AspNetCore.Mvc.RazorPages.PageModel, ICacheablePage
{
    public SiteContent SiteContent { get; } = library.Current;

    public InfoPage Info => SiteContent.FindPage(InfoPage.SymptomsSlug)!;
}
