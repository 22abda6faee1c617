using Microsoft.Net.Http.Headers;

namespace PhysioSite.Web;

/// <summary>
/// Every cookie name has the <c>__Host-</c> prefix, which browsers accept only over HTTPS and with the Secure attribute. Plain HTTP
/// is served only to localhost (all other hosts are redirected to HTTPS), so the prefix is replaced only there.
/// </summary>
internal static class LocalhostCookiePrefix
{
    private const string Prefix = "__Host-";
    private const string LocalPrefix = "local-";

    /// <summary>The name of a cookie on localhost.</summary>
    public static string Local(string cookie) =>
        cookie.StartsWith(Prefix, StringComparison.Ordinal) ? LocalPrefix + cookie[Prefix.Length..] : cookie;

    public static IApplicationBuilder UseLocalhostCookiePrefix(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.IsHttps)
        {
            return next(context);
        }

        var request = context.Request.Headers;
        if (request.Cookie.ToString() is { Length: > 0 } cookies)
        {
            request.Cookie = string.Join("; ", cookies.Split(';', StringSplitOptions.TrimEntries)
                .Select(cookie => cookie.StartsWith(LocalPrefix, StringComparison.Ordinal)
                    ? Prefix + cookie[LocalPrefix.Length..]
                    : cookie));
        }

        context.Response.OnStarting(() =>
        {
            var response = context.Response.Headers;
            response.SetCookie = response.SetCookie.Select(WithLocalPrefix).ToArray();
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static string? WithLocalPrefix(string? header)
    {
        if (!SetCookieHeaderValue.TryParse(header, out var cookie) || !cookie.Name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return header;
        }

        cookie.Name = Local(cookie.Name.Value!);
        return cookie.ToString();
    }
}
