namespace PhysioSite.Features.Staff.Accounts;

/// <summary>
/// Moves the code of a one-time link from the URL to a cookie when the link is opened. This keeps the code out of the browser history, the
/// Referer header of the next request and later proxy log entries. Opening the link does not consume it, because email scanners also
/// open links.
/// </summary>
internal static class OneTimeLink
{
    public const string CookieName = "__Host-link";

    /// <summary>Maximum accepted code length in characters. Issued codes have a few hundred.</summary>
    private const int Longest = 2_000;

    /// <summary>Cookie lifetime; allows enough time to choose a password.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <param name="code">Not stored if it does not have the format of an issued code.</param>
    public static void Save(HttpContext context, string code)
    {
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (code.Length > Longest || !code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        {
            return;
        }

        context.Response.Cookies.Append(CookieName, code, Cookie(context, Lifetime));
    }

    public static string? Read(HttpContext context) => context.Request.Cookies[CookieName] is { Length: > 0 } code ? code : null;

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(CookieName, Cookie(context, null));

    /// <summary>
    /// SameSite is Lax because the link is opened from an email and the redirect that follows belongs to the same navigation.
    /// </summary>
    private static CookieOptions Cookie(HttpContext context, TimeSpan? lifetime) => new()
    {
        Path = "/",
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        MaxAge = lifetime,
        IsEssential = true,
    };
}
