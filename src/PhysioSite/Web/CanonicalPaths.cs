using PhysioSite.Content;
using PhysioSite.Localization;

namespace PhysioSite.Web;

/// <summary>
/// Redirects an earlier address of a page (an alias), and an address with capital letters, such as <c>/Clinics/Madison</c>, to the page.
/// </summary>
public static class CanonicalPaths
{
    public static IApplicationBuilder UseCanonicalPaths(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        var path = request.Path.Value ?? "";
        if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && Canonical(context.RequestServices.GetRequiredService<ContentLibrary>(), path) is { } canonical
            && canonical != path)
        {
            context.Response.Redirect(new PathString(canonical).ToUriComponent() + request.QueryString, permanent: true);
            return Task.CompletedTask;
        }

        return next(context);
    });

    /// <returns>Null when the path is not that of a page of the content. Only its language prefix may have capital letters then.</returns>
    private static string? Canonical(ContentLibrary library, string path)
    {
        var content = library.Languages.FirstOrDefault(content => !content.Language.IsEnglish && IsBelow(path, content.Language))
            ?? library.English;
        var prefix = content.Language.Prefix;
        var below = path[prefix.Length..];
        var page = below.Length > 1 ? below.TrimEnd('/') : below;
        if (content.CurrentPath(page.ToLowerInvariant()) is { } current)
        {
            // A slash at the end is accepted, so it is removed only when the address changes anyway.
            return prefix + (current == page ? below : current);
        }

        // The token of a private page is case-sensitive, so the rest is kept.
        return path.StartsWith(prefix, StringComparison.Ordinal) ? null : prefix + below;
    }

    private static bool IsBelow(string path, Language language) =>
        path.StartsWith(language.Prefix, StringComparison.OrdinalIgnoreCase)
        && (path.Length == language.Prefix.Length || path[language.Prefix.Length] == '/');
}
