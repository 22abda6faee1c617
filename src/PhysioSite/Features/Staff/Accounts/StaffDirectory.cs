using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Shared;
using PhysioSite.Features.Staff.Accounts.SignIn;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary>Adds staff accounts and creates one-time links for setting a password.</summary>
public sealed class StaffDirectory(
    UserManager<StaffMember> users,
    RoleManager<IdentityRole<Guid>> roles,
    SiteDbContext db,
    IDataProtectionProvider protection,
    SiteLinks links,
    SignInThrottle throttle,
    IInstanceLock locks)
{
    private static readonly TimeSpan FirstLinkLifetime = TimeSpan.FromDays(1);
    private static readonly SemaphoreSlim FirstAdministrator = new(1, 1);
    private static readonly SemaphoreSlim NewRole = new(1, 1);

    private ITimeLimitedDataProtector FirstLinks =>
        protection.CreateProtector("PhysioSite.FirstAdministrator").ToTimeLimitedDataProtector();

    public async Task<bool> HasAdministratorAsync() => (await users.GetUsersInRoleAsync(StaffRoles.Administrator)).Count > 0;

    public Uri FirstAdministratorLink() =>
        links.FirstAdministrator(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(FirstLinks.Protect("first", FirstLinkLifetime))));

    /// <summary>Whether the code is genuine and still valid, that is, no administrator exists yet.</summary>
    public async Task<bool> IsFirstAdministratorCodeAsync(string? code)
    {
        try
        {
            return code is not null && FirstLinks.Unprotect(Decode(code)) == "first" && !await HasAdministratorAsync();
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Creates the first administrator. The result is null when one was created in the meantime.</summary>
    public async Task<(StaffMember? Member, IdentityResult Result)> AddFirstAdministratorAsync(
        string email,
        string displayName,
        string password)
    {
        await FirstAdministrator.WaitAsync();
        try
        {
            await using var turn = await locks.EnterAsync(nameof(FirstAdministrator), CancellationToken.None);
            return await HasAdministratorAsync()
                ? (null, IdentityResult.Success)
                : await AddAsync(email, displayName, StaffRoles.Administrator, [], password);
        }
        finally
        {
            FirstAdministrator.Release();
        }
    }

    /// <summary>Stores the person, their role and their clinics in one transaction.</summary>
    public async Task<(StaffMember? Member, IdentityResult Result)> AddAsync(
        string email, string displayName, string role, IEnumerable<string> clinicSlugs, string? password = null)
    {
        var (found, created) = await FindOrCreateRoleAsync(role);
        if (!created.Succeeded)
        {
            return (null, created);
        }

        var member = new StaffMember(email, displayName);
        member.WorksAt(clinicSlugs);

        // UserManager.CreateAsync saves the whole DbContext, so the role is stored together with the user.
        db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = member.Id, RoleId = found.Id });
        var result = await SaveAsync(() => password is null ? users.CreateAsync(member) : users.CreateAsync(member, password));
        if (!result.Succeeded)
        {
            db.ChangeTracker.Clear();
            return (null, result);
        }

        return (member, result);
    }

    private async Task<(IdentityRole<Guid> Role, IdentityResult Result)> FindOrCreateRoleAsync(string name)
    {
        await NewRole.WaitAsync();
        try
        {
            await using var turn = await locks.EnterAsync(nameof(IdentityRole), CancellationToken.None);
            if (await roles.FindByNameAsync(name) is { } found)
            {
                return (found, IdentityResult.Success);
            }

            var role = new IdentityRole<Guid>(name) { Id = Guid.CreateVersion7() };
            var created = await SaveAsync(() => roles.CreateAsync(role));
            if (!created.Succeeded)
            {
                db.ChangeTracker.Clear();
            }

            return (role, created);
        }
        finally
        {
            NewRole.Release();
        }
    }

    /// <summary>
    /// Creates a link with which <paramref name="member"/> sets a password. Setting it invalidates this link and all earlier ones.
    /// </summary>
    public async Task<Uri> PasswordLinkAsync(StaffMember member)
    {
        var code = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(await users.GeneratePasswordResetTokenAsync(member)));
        return links.SetPassword(member.Id, code);
    }

    /// <summary>A link with which an administrator sets a new password. Null when there is no such active administrator.</summary>
    public async Task<Uri?> AdministratorLinkAsync(string email) =>
        await users.FindByEmailAsync(email) is { IsActive: true } member && await users.IsInRoleAsync(member, StaffRoles.Administrator)
            ? await PasswordLinkAsync(member)
            : null;

    public async Task<StaffMember?> FindByCodeAsync(Guid person, string? code) =>
        await users.FindByIdAsync(person.ToString()) is { IsActive: true } member
        && code is not null
        && await users.VerifyUserTokenAsync(
            member,
            users.Options.Tokens.PasswordResetTokenProvider,
            UserManager<StaffMember>.ResetPasswordTokenPurpose,
            Decode(code))
            ? member
            : null;

    public async Task<IdentityResult> SetPasswordAsync(StaffMember member, string code, string password)
    {
        var result = await SaveAsync(() => users.ResetPasswordAsync(member, Decode(code), password));
        if (result.Succeeded)
        {
            await throttle.ResetAsync(member.NormalizedEmail!);
        }

        else
        {
            db.ChangeTracker.Clear();
        }

        return result;
    }

    public Task<StaffMember?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        db.Users.Include(member => member.Clinics).SingleOrDefaultAsync(member => member.Id == id, cancellationToken);

    /// <summary>
    /// Changes the clinics and whether the person may sign in. A deactivated person is signed out everywhere. Requests that the person can
    /// no longer work on return to the queue, in the same save.
    /// </summary>
    /// <param name="requestSlugs">Every slug that requests of these clinics may have.</param>
    /// <param name="by">Who makes the change.</param>
    public async Task<IdentityResult> ChangeAsync(
        StaffMember member,
        IEnumerable<string> clinicSlugs,
        IReadOnlyList<string> requestSlugs,
        bool active,
        StaffActor by,
        DateTime now)
    {
        member.WorksAt(clinicSlugs);
        member.Activate(active);
        var seesAll = active && await users.IsInRoleAsync(member, StaffRoles.Administrator);
        var slugs = active ? requestSlugs : [];
        var claimed = await db.Set<AppointmentRequest>()
            .Where(request => request.ClaimedById == member.Id && !seesAll && !slugs.Contains(request.ClinicSlug))
            .Where(request => request.State != RequestState.Closed && request.State != RequestState.Withdrawn)
            .ToListAsync();
        foreach (var request in claimed.Where(request => request.CanBeProcessed))
        {
            request.ReleaseClaim(by, $"{member.DisplayName} no longer works on it.", now);
        }

        var result = await SaveAsync(() => active ? users.UpdateAsync(member) : users.UpdateSecurityStampAsync(member));
        if (!result.Succeeded)
        {
            // Discards the rejected changes, so that a later save does not store them.
            db.ChangeTracker.Clear();
        }

        return result;
    }

    /// <summary>Identity reports only concurrency conflicts as a result; other failures of the database are exceptions.</summary>
    internal static async Task<IdentityResult> SaveAsync(Func<Task<IdentityResult>> save)
    {
        try
        {
            return await save();
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            return IdentityResult.Failed(StaffErrorDescriber.NotStored());
        }
    }

    private static string Decode(string code)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(code));
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
