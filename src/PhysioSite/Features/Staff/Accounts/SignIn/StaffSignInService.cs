using Microsoft.AspNetCore.Identity;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

public enum PasswordSignInOutcome
{
    SignedIn,

    /// <summary>For every reason that has to do with the account, the password or the number of tries.</summary>
    Refused,

    /// <summary>The password is right, but the session could not be stored.</summary>
    NotStored,
}

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
    public async Task<PasswordSignInOutcome> PasswordSignInAsync(HttpContext context, string? email, string? password)
    {
        var name = email?.Trim() is { Length: <= LongestEmail } typed ? typed : "";
        var account = users.NormalizeEmail(name) ?? "";
        var member = await users.FindByEmailAsync(name);
        var device = devices.Find(context, member?.Id ?? Guid.Empty);
        var address = Address(context);

        var mayTry = await throttle.TryBeginAsync(account, device, address);
        var known = mayTry && member is { IsActive: true, PasswordHash: not null } ? member : null;
        if (known is null)
        {
            LogRefused(mayTry ? "nobody of that name may sign in" : "too many wrong passwords came before it");
            hasher.VerifyHashedPassword(Nobody, _hashOfNobody ??= hasher.HashPassword(Nobody, "nobody's"), password ?? "");
            return PasswordSignInOutcome.Refused;
        }

        if (!await HasPasswordAsync(known, password ?? ""))
        {
            LogWrongPassword(known.Id);
            return PasswordSignInOutcome.Refused;
        }

        await throttle.SucceedAsync(account, device, address);
        return await TrySignInAsync(context, known) ? PasswordSignInOutcome.SignedIn : PasswordSignInOutcome.NotStored;
    }

    /// <summary>Signs in a person who has just been authenticated, in a new session, and remembers the browser.</summary>
    /// <returns>False when the session could not be stored.</returns>
    public async Task<bool> TrySignInAsync(HttpContext context, StaffMember member)
    {
        try
        {
            await signInManager.SignInAsync(member, isPersistent: false);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            var failure = StorageFailure.ForLog(e);
            LogNotStored(failure.Exception, member.Id, failure.Reason);
            return false;
        }

        LogSignedIn(member.Id);
        devices.Remember(context, member.Id);
        return true;
    }

    /// <summary>Changes the password if the current one is correct. Ends all sessions of the person and starts a new one.</summary>
    public async Task<IdentityResult> ChangePasswordAsync(HttpContext context, StaffMember member, string? current, string? password)
    {
        var account = users.NormalizeEmail(member.Email)!;
        const string Source = "change of password";
        if (!await throttle.TryBeginAsync(account, Source, Address(context)))
        {
            LogRefused("too many wrong passwords came before it");
            return IdentityResult.Failed(users.ErrorDescriber.PasswordMismatch());
        }

        var result = await StaffDirectory.SaveAsync(() => users.ChangePasswordAsync(member, current ?? "", password ?? ""));
        if (result.Succeeded || result.Errors.All(error => error.Code != nameof(IdentityErrorDescriber.PasswordMismatch)))
        {
            await throttle.SucceedAsync(account, Source, Address(context));
        }

        if (result.Succeeded)
        {
            await TrySignInAsync(context, member);
        }

        return result;
    }

    private async Task<bool> HasPasswordAsync(StaffMember member, string password)
    {
        try
        {
            return await users.CheckPasswordAsync(member, password);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            // Only the hash of a correct password is renewed.
            return true;
        }
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    [LoggerMessage(Level = LogLevel.Error, Message = "The session of staff member {Id} could not be stored; they were told so: {Reason}")]
    private partial void LogNotStored(Exception? exception, Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Staff member {Id} signed in")]
    private partial void LogSignedIn(Guid id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Wrong password for staff member {Id}")]
    private partial void LogWrongPassword(Guid id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in was refused unseen: {Reason}")]
    private partial void LogRefused(string reason);
}
