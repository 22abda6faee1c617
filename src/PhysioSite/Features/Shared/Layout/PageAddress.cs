using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Localization;

namespace PhysioSite.Features.Shared.Layout;

/// <summary>The address of the current page in another language.</summary>
public static class PageAddress
{
    /// <summary>
    /// The same page with the same query string. If it does not exist in that language, the nearest parent page that does.
    /// </summary>
    /// <param name="path">Path of the current page, in lowercase and without the language prefix.</param>
    public static string In(SiteContent other, HttpContext context, string path)
    {
        var isTranslated = context.GetEndpoint()?.Metadata.GetMetadata<Translated>() is not null
            && context.Response.StatusCode < StatusCodes.Status500InternalServerError;
        return (isTranslated, path) switch
        {
            // The token of a private page is case-sensitive.
            (true, _) when IsOwn(path) => other.Language.Prefix + context.Request.Path + context.Request.QueryString,
            (true, _) when other.Has(path) => other.Language.Prefix + path + context.Request.QueryString,
            (true, _) when path.StartsWith(SitePaths.Articles + "/", StringComparison.Ordinal) =>
                other.Language.Prefix + SitePaths.Articles,
            _ => other.Language.Prefix + SitePaths.Home,
        };
    }

    /// <summary>True for a patient's private page. Its address is not part of the content.</summary>
    private static bool IsOwn(string path) =>
        path.StartsWith(SitePaths.Requests + "/", StringComparison.Ordinal)
        || path.StartsWith(SitePaths.RequestAppointment + "/", StringComparison.Ordinal);
}
