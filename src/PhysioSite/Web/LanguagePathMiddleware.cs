using PhysioSite.Content;
using PhysioSite.Localization;

namespace PhysioSite.Web;

/// <summary>
/// Moves a language prefix such as <c>/es</c> from the request path to the path base, so that pages, <c>~/</c> links and redirects
/// need no language handling. The rest of the request runs with the culture of that language.
/// </summary>
public static class LanguagePathMiddleware
{
    public static IApplicationBuilder UseLanguagePaths(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var library = context.RequestServices.GetRequiredService<ContentLibrary>();
        var language = library.Languages
            .Select(content => content.Language)
            .FirstOrDefault(language => !language.IsEnglish
                && context.Request.Path.StartsWithSegments(language.Prefix, StringComparison.Ordinal))
            ?? Language.English;
        if (!language.IsEnglish)
        {
            context.Request.Path.StartsWithSegments(language.Prefix, StringComparison.Ordinal, out var path);
            if (!path.HasValue)
            {
                context.Response.Redirect($"{language.Prefix}/{context.Request.QueryString}", permanent: true);
                return;
            }

            context.Request.PathBase = language.Prefix;
            context.Request.Path = path;
        }

        using var culture = new CultureScope(language);
        await next(context);
    });

    /// <summary>Returns 404 for a page that is not available in the requested language.</summary>
    public static IApplicationBuilder UseTranslatedPagesOnly(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.PathBase.HasValue
            && context.GetEndpoint() is { } endpoint
            && endpoint.Metadata.GetMetadata<Translated>() is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(context);
    });
}
