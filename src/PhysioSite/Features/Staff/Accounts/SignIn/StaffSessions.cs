using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Features.Staff.Live;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Stores sign-in sessions. The session is read from the database on each request, so deactivation, a password change or a role change
/// takes effect on the person's next request. docs/decisions/0011-sessions-in-the-database.md explains why the session is not stored in
/// the cookie.
/// </summary>
public sealed partial class StaffSessions(
    SiteDbContext db,
    UnstoredSessionChanges unstored,
    LiveUpdates live,
    IOptions<StaffOptions> options,
    TimeProvider time,
    ILogger<StaffSessions> log)
{
    /// <summary>Minimum interval between updates of the time of last use.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    /// <summary>How far the clock may be put back before sessions made under the fast clock end, instead of lasting too long.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private TimeSpan Idle => TimeSpan.FromMinutes(options.Value.IdleMinutes);

    /// <returns>The key of the new session, for the browser's cookie.</returns>
    public async Task<string> StartAsync(Guid staffMemberId, CancellationToken cancellationToken)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var stamp = await db.Users
            .Where(member => member.Id == staffMemberId)
            .Select(member => member.SecurityStamp)
            .SingleAsync(cancellationToken);
        await RemoveEndedAsync(cancellationToken);
        db.Add(new StaffSession(Hash(key), staffMemberId, stamp ?? "", Now, Now.AddHours(options.Value.SessionHours)));
        await db.SaveChangesAsync(cancellationToken);
        return key;
    }

    /// <summary>Whole seconds until the session of a signed-in person ends, if they do nothing.</summary>
    public static int SecondsLeft(ClaimsIdentity identity, DateTimeOffset now) =>
        long.TryParse(identity.FindFirst(StaffClaims.SessionEnds)?.Value, CultureInfo.InvariantCulture, out var ends)
            ? (int)(ends - now.ToUnixTimeSeconds())
            : 0;

    /// <param name="extends">Whether this is an action of the person, which starts the idle timeout again.</param>
    /// <returns>The claims of the owner of <paramref name="key"/>; null when the key is unknown or its session has ended.</returns>
    public async Task<ClaimsIdentity?> FindAsync(string key, string scheme, bool extends, CancellationToken cancellationToken)
    {
        var (hash, now) = (Hash(key), Now);
        await StoreEndsAsync(now, cancellationToken);
        if (unstored.HasEnded(hash))
        {
            return null;
        }

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

        var seen = unstored.SeenUtc(hash) is { } later && later > found.SeenUtc ? later : found.SeenUtc;
        if (!found.IsGenuine || found.EndsUtc <= now || seen + Idle <= now || seen > now + ClockTolerance)
        {
            await EndAsync(key, cancellationToken);
            return null;
        }

        if (extends && now - found.SeenUtc >= Precision)
        {
            await UpdateSeenAsync(hash, now, cancellationToken);
            seen = now;
        }

        var idleEnd = seen + Idle;
        var ends = new DateTimeOffset(idleEnd < found.EndsUtc ? idleEnd : found.EndsUtc).ToUnixTimeSeconds();

        return new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, found.Id.ToString()),
                new Claim(StaffClaims.DisplayName, found.DisplayName),
                new Claim(StaffClaims.SessionEnds, ends.ToString(CultureInfo.InvariantCulture)),
                .. found.Roles.Select(role => new Claim(ClaimTypes.Role, role!)),
            ],
            scheme);
    }

    public async Task EndAsync(string key, CancellationToken cancellationToken)
    {
        var hash = Hash(key);
        try
        {
            using var turn = await db.EnterBulkWriteAsync(cancellationToken);
            await db.Set<StaffSession>().Where(session => session.KeyHash == hash).ExecuteDeleteAsync(cancellationToken);
        }
        catch (DbException e)
        {
            unstored.End(hash);
            var failure = StorageFailure.ForLog(e);
            LogNotEnded(log, failure.Exception, failure.Reason);
        }

        live.CheckSessions();
    }

    /// <summary>Deletes sessions that ended when they could not be deleted.</summary>
    private async Task StoreEndsAsync(DateTime now, CancellationToken cancellationToken)
    {
        var ended = unstored.FindEndsToStore(now);
        if (ended.Count == 0)
        {
            return;
        }

        try
        {
            using var turn = await db.EnterBulkWriteAsync(cancellationToken);
            await db.Set<StaffSession>().Where(session => ended.Contains(session.KeyHash)).ExecuteDeleteAsync(cancellationToken);
            unstored.ForgetEnds(ended);
            live.CheckSessions();
        }
        catch (DbException e)
        {
            var failure = StorageFailure.ForLog(e);
            LogNotEnded(log, failure.Exception, failure.Reason);
        }
    }

    private async Task UpdateSeenAsync(string hash, DateTime now, CancellationToken cancellationToken)
    {
        try
        {
            using var turn = await db.EnterBulkWriteAsync(cancellationToken);
            await db.Set<StaffSession>().Where(session => session.KeyHash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(session => session.SeenUtc, now), cancellationToken);
            unstored.ForgetUse(hash);
        }
        catch (DbException e)
        {
            // On a full disk staff can still read requests.
            if (unstored.Use(hash, now))
            {
                var failure = StorageFailure.ForLog(e);
                LogNotSeen(log, failure.Exception, failure.Reason);
            }
        }
    }

    /// <summary>Deletes ended sessions. Runs at each sign-in, because a browser that is not used again never deletes its own row.</summary>
    private async Task RemoveEndedAsync(CancellationToken cancellationToken)
    {
        var (now, idleSince, future) = (Now, Now - Idle, Now + ClockTolerance);
        using var turn = await db.EnterBulkWriteAsync(cancellationToken);
        await db.Set<StaffSession>()
            .Where(session => session.EndsUtc <= now || session.SeenUtc <= idleSince || session.SeenUtc > future)
            .ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The use of a session was not stored. It is remembered until a restart: {Reason}")]
    private static partial void LogNotSeen(ILogger log, Exception? exception, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A session that ended was not deleted ({Reason}). It is refused by this process, and deleting it is tried again each "
            + "minute")]
    private static partial void LogNotEnded(ILogger log, Exception? exception, string reason);

    internal static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
