namespace PhysioSite.Features.Staff.Accounts;

/// <summary>
/// The code of a one-time link, moved from the address into a cookie when the link is opened: out of the browser's history, of what the
/// next page is told, and of a proxy's log from then on. Opening the link uses nothing up, since mail scanners open links too.
/// </summary>
internal static class OneTimeLink
{
    public const string CookieName = "__Host-link";

    /// <summary>Ours have a few hundred letters.</summary>
    private const int Longest = 2_000;

    /// <summary>Long enough to think of a password.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <param name="code">What does not look like one of ours is not kept.</param>
    public static void Keep(HttpContext context, string code)
    {
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (code.Length > Longest || !code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        {
            return;
        }

        context.Response.Cookies.Append(CookieName, code, Cookie(context, Lifetime));
    }

    public static string? Find(HttpContext context) => context.Request.Cookies[CookieName] is { Length: > 0 } code ? code : null;

    public static void Forget(HttpContext context) => context.Response.Cookies.Delete(CookieName, Cookie(context, null));

    /// <summary>Lax: the link comes from a mail, and the redirect that follows is part of the same navigation.</summary>
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
