using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Who is signed in. Asked anew for each request, so a person who is refused sign-in, or sets a new password, or gets another role, is
/// met by that at their next click. docs/decisions/0011-sessions-in-the-database.md says why it is not a cookie's contents.
/// </summary>
public sealed class StaffSessions(SiteDbContext db, IOptions<StaffOptions> options, TimeProvider time)
{
    /// <summary>Using a session is written down at most this often.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private TimeSpan Idle => TimeSpan.FromMinutes(options.Value.IdleMinutes);

    /// <returns>The key of a new session, for the browser's cookie.</returns>
    public async Task<string> StartAsync(Guid staffMemberId, CancellationToken cancellationToken)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var stamp = await db.Users.Where(member => member.Id == staffMemberId).Select(member => member.SecurityStamp).SingleAsync(cancellationToken);
        await RemoveEndedAsync(cancellationToken);
        db.Add(new StaffSession(Hash(key), staffMemberId, stamp ?? "", Now, Now.AddHours(options.Value.SessionHours)));
        await db.SaveChangesAsync(cancellationToken);
        return key;
    }

    /// <returns>Who holds <paramref name="key"/>; null when it was never given out or its session has ended.</returns>
    public async Task<ClaimsIdentity?> FindAsync(string key, string scheme, CancellationToken cancellationToken)
    {
        var (hash, now) = (Hash(key), Now);
        var found = await (
            from session in db.Set<StaffSession>()
            where session.KeyHash == hash
            join member in db.Users on session.StaffMemberId equals member.Id
            select new
            {
                session.SeenUtc,
                session.EndsUtc,
                IsGenuine = member.IsActive && member.SecurityStamp == session.Stamp,
                member.Id,
                member.DisplayName,
                Roles = (
                    from link in db.UserRoles
                    where link.UserId == member.Id
                    join role in db.Roles on link.RoleId equals role.Id
                    select role.Name).ToList(),
            }).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return null;
        }

        if (!found.IsGenuine || found.EndsUtc <= now || found.SeenUtc + Idle <= now)
        {
            await EndAsync(key, cancellationToken);
            return null;
        }

        if (now - found.SeenUtc >= Precision)
        {
            using var turn = await db.EnterBulkWriteAsync(cancellationToken);
            await db.Set<StaffSession>().Where(session => session.KeyHash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(session => session.SeenUtc, now), cancellationToken);
        }

        return new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, found.Id.ToString()),
                new Claim(StaffClaims.DisplayName, found.DisplayName),
                .. found.Roles.Select(role => new Claim(ClaimTypes.Role, role!)),
            ],
            scheme);
    }

    public async Task EndAsync(string key, CancellationToken cancellationToken)
    {
        var hash = Hash(key);
        using var turn = await db.EnterBulkWriteAsync(cancellationToken);
        await db.Set<StaffSession>().Where(session => session.KeyHash == hash).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>A browser that is never used again leaves its row behind; the next sign-in of anyone takes it away.</summary>
    private async Task RemoveEndedAsync(CancellationToken cancellationToken)
    {
        var (now, idleSince) = (Now, Now - Idle);
        using var turn = await db.EnterBulkWriteAsync(cancellationToken);
        await db.Set<StaffSession>().Where(session => session.EndsUtc <= now || session.SeenUtc <= idleSince).ExecuteDeleteAsync(cancellationToken);
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
