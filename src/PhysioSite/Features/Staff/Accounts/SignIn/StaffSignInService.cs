using Microsoft.AspNetCore.Identity;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Signs staff in by password. Every failure (unknown account, wrong password, deactivated account, too many attempts) computes one
/// password hash and gets the same response, so that neither the timing nor the response reveals which accounts exist.
/// </summary>
public sealed partial class StaffSignInService(
    UserManager<StaffMember> users,
    SignInManager<StaffMember> signInManager,
    IPasswordHasher<StaffMember> hasher,
    SignInThrottle throttle,
    KnownDevices devices,
    ILogger<StaffSignInService> log)
{
    private const int LongestEmail = 254;

    private static readonly StaffMember Nobody = new("", "");
    private static string? _hashOfNobody;

    /// <summary>Signs the person in if the password is correct.</summary>
    public async Task<bool> PasswordSignInAsync(HttpContext context, string? email, string? password)
    {
        var name = email?.Trim() is { Length: <= LongestEmail } typed ? typed : "";
        var account = users.NormalizeEmail(name) ?? "";
        var member = await users.FindByEmailAsync(name);
        var device = devices.Find(context, member?.Id ?? Guid.Empty);
        var address = Address(context);

        var mayTry = throttle.TryBegin(account, device, address);
        var known = mayTry && member is { IsActive: true, PasswordHash: not null } ? member : null;
        if (known is null)
        {
            LogRefused(mayTry ? "nobody of that name may sign in" : "too many wrong passwords came before it");
            hasher.VerifyHashedPassword(Nobody, _hashOfNobody ??= hasher.HashPassword(Nobody, "nobody's"), password ?? "");
            return false;
        }

        if (!await users.CheckPasswordAsync(known, password ?? ""))
        {
            LogWrongPassword(known.Id);
            return false;
        }

        throttle.Succeed(account, device, address);
        await SignInAsync(context, known);
        return true;
    }

    /// <summary>Signs in a person who has just been authenticated, in a new session, and remembers the browser.</summary>
    public async Task SignInAsync(HttpContext context, StaffMember member)
    {
        await signInManager.SignInAsync(member, isPersistent: false);
        LogSignedIn(member.Id);
        devices.Remember(context, member.Id);
    }

    /// <summary>Changes the password if the current one is correct. Ends all sessions of the person and starts a new one.</summary>
    public async Task<IdentityResult> ChangePasswordAsync(HttpContext context, StaffMember member, string? current, string? password)
    {
        var account = users.NormalizeEmail(member.Email)!;
        const string Source = "change of password";
        if (!throttle.TryBegin(account, Source, Address(context)))
        {
            LogRefused("too many wrong passwords came before it");
            return IdentityResult.Failed(users.ErrorDescriber.PasswordMismatch());
        }

        var result = await users.ChangePasswordAsync(member, current ?? "", password ?? "");
        if (result.Succeeded || result.Errors.All(error => error.Code != nameof(IdentityErrorDescriber.PasswordMismatch)))
        {
            throttle.Succeed(account, Source, Address(context));
        }

        if (result.Succeeded)
        {
            await SignInAsync(context, member);
        }

        return result;
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    [LoggerMessage(Level = LogLevel.Information, Message = "Staff member {Id} signed in")]
    private partial void LogSignedIn(Guid id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Wrong password for staff member {Id}")]
    private partial void LogWrongPassword(Guid id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in was refused unseen: {Reason}")]
    private partial void LogRefused(string reason);
}
