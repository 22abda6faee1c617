using PhysioSite.Content;

namespace PhysioSite.Web;

/// <summary>
/// Security headers for every response, including errors. The content security policy allows only the site's own files and nothing
/// inline. Style sheets and fonts get only what browsers apply to them: the rest is for documents, and longer than a small style sheet.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// <c>connect-src</c> allows Lighthouse to read robots.txt from within the page. The site's own script sends requests only to the
    /// site and never passes text to the browser to be executed or parsed.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>
    /// Disables the features that would cause the most harm if the other policies failed. The list is short because headers add to
    /// the size of a page. It contains only names that browsers support, because browsers log a warning for unknown names on every
    /// page.
    /// </summary>
    private const string PermissionsPolicy = "camera=(), display-capture=(), microphone=(), payment=(), usb=(), geolocation=(self)";

    private static readonly (string Name, string Value)[] All =
    [
        ("Content-Security-Policy", ContentSecurityPolicy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("X-Permitted-Cross-Domain-Policies", "none"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", PermissionsPolicy),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Origin-Agent-Cluster", "?1"),
    ];

    private static readonly (string Name, string Value)[] OfStylesAndFonts =
        [.. All.Where(header => header.Name is "X-Content-Type-Options" or "Referrer-Policy" or "Cross-Origin-Resource-Policy")];

    /// <summary>Pages with data entered by patients or visible to staff, and the pages and errors on the way to them.</summary>
    private static readonly string[] Private = [SitePaths.StaffDesk, SitePaths.Requests, SitePaths.RequestAppointment];

    /// <summary>
    /// Adds the headers when the response starts, because the error page clears earlier headers. A header that a page has already set
    /// is kept.
    /// </summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var isPrivate = IsPrivate(context.Request.Path);
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            foreach (var (name, value) in IsStyleOrFont(headers.ContentType.ToString()) ? OfStylesAndFonts : All)
            {
                headers.TryAdd(name, value);
            }

            if (isPrivate)
            {
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        });
        return next(context);
    });

    private static bool IsStyleOrFont(string type) =>
        type.StartsWith("text/css", StringComparison.Ordinal) || type.StartsWith("font/", StringComparison.Ordinal);

    /// <summary>Also checks the path after a language prefix, because the prefix has not been removed at this point.</summary>
    private static bool IsPrivate(PathString path)
    {
        var text = path.Value ?? "";
        var below = text.IndexOf('/', Math.Min(1, text.Length)) is var slash and > 0 ? new PathString(text[slash..]) : default;
        return Private.Any(root => path.StartsWithSegments(root) || below.StartsWithSegments(root));
    }

    /// <summary>
    /// ASP.NET Core filters the host name before the application's pipeline. The startup filter adds the headers to rejected requests
    /// too.
    /// </summary>
    internal sealed class SecurityHeadersStartupFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseSecurityHeaders();
            next(app);
        };
    }
}
