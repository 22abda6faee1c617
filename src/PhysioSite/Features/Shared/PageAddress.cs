using PhysioSite.Content;
using PhysioSite.Localization;

namespace PhysioSite.Features.Shared;

/// <summary>Where the reader finds the page at hand in another language.</summary>
public static class PageAddress
{
    /// <summary>The same page with the same question; where it is not there in that language, the nearest above it that is.</summary>
    /// <param name="path">Of the page at hand, in lower-case letters and without the prefix of its language.</param>
    public static string In(SiteContent other, HttpContext context, string path)
    {
        var isTranslated = context.GetEndpoint()?.Metadata.GetMetadata<Translated>() is not null && context.Response.StatusCode < StatusCodes.Status500InternalServerError;
        return (isTranslated, path) switch
        {
            // The token of a private page is case-sensitive.
            (true, _) when IsOwn(path) => other.Language.Prefix + context.Request.Path + context.Request.QueryString,
            (true, _) when other.Has(path) => other.Language.Prefix + path + context.Request.QueryString,
            (true, _) when path.StartsWith("/articles/", StringComparison.Ordinal) => other.Language.Prefix + "/articles",
            _ => other.Language.Prefix + "/",
        };
    }

    /// <summary>A patient's own page, whose address no list of content knows.</summary>
    private static bool IsOwn(string path) =>
        path.StartsWith("/requests/", StringComparison.Ordinal) || path.StartsWith("/request-appointment/", StringComparison.Ordinal);
}
