using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Remembers in a cookie which staff members have signed in from a browser. A known browser has its own limit of attempts for those
/// accounts, so that attempts from elsewhere do not block the account owner. It does not grant access: the password is still required.
/// </summary>
public sealed class KnownDevices(IDataProtectionProvider protection, TimeProvider time)
{
    public const string CookieName = "__Host-device";

    /// <summary>Maximum number of people remembered per browser; sized for a shared front-desk computer.</summary>
    private const int Most = 10;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    private readonly IDataProtector _protector = protection.CreateProtector("PhysioSite.KnownDevices");

    /// <returns>The device ID of this browser for sign-in attempts by the person; null if they have never signed in from it.</returns>
    public string? Find(HttpContext context, Guid staffMemberId) =>
        Read(context).FirstOrDefault(known => known.Person == staffMemberId)?.Device;

    /// <returns>The device ID of this browser for any person; null if nobody has signed in from it.</returns>
    public string? FindAny(HttpContext context) => Read(context).FirstOrDefault()?.Device;

    public void Remember(HttpContext context, Guid staffMemberId)
    {
        var known = Read(context);
        var device = known.FirstOrDefault(one => one.Person == staffMemberId)?.Device
            ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
        List<KnownPerson> all = [new(staffMemberId, device, Now), .. known.Where(one => one.Person != staffMemberId).Take(Most - 1)];
        context.Response.Cookies.Append(CookieName, _protector.Protect(JsonSerializer.Serialize(all)), new CookieOptions
        {
            Path = "/",
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            SameSite = SameSiteMode.Strict,
            MaxAge = Lifetime,
            IsEssential = true,
        });
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private List<KnownPerson> Read(HttpContext context)
    {
        try
        {
            return context.Request.Cookies[CookieName] is { Length: > 0 } value
                ? [.. JsonSerializer.Deserialize<List<KnownPerson>>(_protector.Unprotect(value))!
                    .Where(known => known.SeenUtc + Lifetime > Now)]
                : [];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private sealed record KnownPerson(Guid Person, string Device, DateTime SeenUtc);
}
