using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff;

public static class StaffRoles
{
    /// <summary>Sees every clinic and adds people.</summary>
    public const string Administrator = "Administrator";

    /// <summary>Sees the requests of their own clinics.</summary>
    public const string Staff = "Staff";
}

internal static class StaffClaims
{
    public const string DisplayName = "display_name";
}

/// <summary>Puts the display name into the session, for the page's head and the audit rows.</summary>
internal sealed class StaffPrincipalFactory(
    UserManager<StaffMember> users, RoleManager<IdentityRole<Guid>> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<StaffMember, IdentityRole<Guid>>(users, roles, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(StaffMember user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(StaffClaims.DisplayName, user.DisplayName));
        return identity;
    }
}

/// <summary>Refuses sign-in to people who have left.</summary>
internal sealed class ActiveStaffOnly : IUserConfirmation<StaffMember>
{
    public Task<bool> IsConfirmedAsync(UserManager<StaffMember> manager, StaffMember user) => Task.FromResult(user.IsActive);
}
