using PhysioSite.Content.Model;

namespace PhysioSite.Web.Caching;

/// <summary>
/// Implemented by the model of a public page that is the same for every reader. The rendered page is kept in memory until the content
/// changes or the page expires. It depends only on its path, on the content and on the query values that its GET handler binds.
/// </summary>
public interface ICacheablePage
{
    /// <summary>The version of the content that the page shows.</summary>
    public SiteContent SiteContent { get; }

    /// <summary>
    /// When the page changes although its content does not. By default when the date changes at a clinic or a notice begins or ends,
    /// because every page shows the number of open positions and the notice. Null for a page that must not be kept, for example because
    /// it shows what the reader entered.
    /// </summary>
    public DateTime? CacheExpires(DateTime utc) => SiteContent.NextDateChange(utc);
}
