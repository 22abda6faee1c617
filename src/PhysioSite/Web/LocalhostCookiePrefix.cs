using Microsoft.Net.Http.Headers;

namespace PhysioSite.Web;

/// <summary>
/// Every cookie is named <c>__Host-</c>, which browsers keep only over https and with the Secure mark. Plain http is answered on this
/// machine alone (all other hosts are sent to https), so there, and only there, the prefix comes off.
/// </summary>
internal static class LocalhostCookiePrefix
{
    private const string Prefix = "__Host-";
    private const string LocalPrefix = "local-";

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
                .Select(cookie => cookie.StartsWith(LocalPrefix, StringComparison.Ordinal) ? Prefix + cookie[LocalPrefix.Length..] : cookie));
        }

        context.Response.OnStarting(() =>
        {
            var response = context.Response.Headers;
            response.SetCookie = response.SetCookie.Select(Localize).ToArray();
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static string? Localize(string? header)
    {
        if (!SetCookieHeaderValue.TryParse(header, out var cookie) || !cookie.Name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return header;
        }

        cookie.Name = LocalPrefix + cookie.Name.Value![Prefix.Length..];
        return cookie.ToString();
    }
}
