namespace PhysioSite.Web;

/// <summary>Headers of every answer, errors too. The policy allows nothing but the site's own files, and nothing inline.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// <c>connect-src</c> lets Lighthouse read robots.txt from inside the page; the site's own script asks this site alone, and hands no
    /// text to the browser to be run or parsed.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>
    /// What would harm most, were the other policies to fail. Short, since headers count into what a page weighs; and only what browsers know,
    /// which complain of other names on every page.
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

    /// <summary>What a patient typed, or staff may see, and whatever leads there or fails on the way.</summary>
    private static readonly string[] Private = ["/staff", "/requests", "/request-appointment"];

    /// <summary>
    /// Added when the answer begins, because an error page starts from no headers. A header that a page has set for itself stays.
    /// </summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var isPrivate = IsPrivate(context.Request.Path);
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            foreach (var (name, value) in All)
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

    /// <summary>Below a language's prefix too, which is not taken off yet.</summary>
    private static bool IsPrivate(PathString path)
    {
        var text = path.Value ?? "";
        var below = text.IndexOf('/', Math.Min(1, text.Length)) is var slash and > 0 ? new PathString(text[slash..]) : default;
        return Private.Any(root => path.StartsWithSegments(root) || below.StartsWithSegments(root));
    }

    /// <summary>ASP.NET Core looks at the host name before the program's own pipeline begins; its refusal carries the headers as well.</summary>
    internal sealed class SecurityHeadersStartupFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseSecurityHeaders();
            next(app);
        };
    }
}
