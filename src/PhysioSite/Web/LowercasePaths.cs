using PhysioSite.Content;

namespace PhysioSite.Web;

/// <summary>Redirects an address with capital letters, such as <c>/Clinics/Madison</c>, to the page that exists in lowercase.</summary>
public static class LowercasePaths
{
    public static IApplicationBuilder UseLowercasePaths(this IApplicationBuilder app)
    {
        var library = app.ApplicationServices.GetRequiredService<ContentLibrary>();
        return app.Use((context, next) =>
        {
            var request = context.Request;
            var path = request.Path.Value ?? "";
            if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
                && path.Any(char.IsAsciiLetterUpper)
                && path.ToLowerInvariant() is var lower
                && library.Languages.Any(content => IsPage(content, lower)))
            {
                context.Response.Redirect(new PathString(lower).ToUriComponent() + request.QueryString, permanent: true);
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    private static bool IsCareersPage(SiteContent content, string path) =>
        path == SitePaths.Careers || content.Positions.Any(position => path == SitePaths.Position(position.Slug));

    private static bool IsPage(SiteContent content, string path)
    {
        var prefix = content.Language.Prefix;
        return path.StartsWith(prefix, StringComparison.Ordinal)
            && (path == prefix || content.Has(path[prefix.Length..]) || (content.Language.IsEnglish && IsCareersPage(content, path)));
    }
}
