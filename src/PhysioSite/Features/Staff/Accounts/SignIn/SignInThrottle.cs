using PhysioSite.Data.Providers;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Limits password guessing without letting attackers lock out an account owner. Failed attempts are counted per account and IP address,
/// per account across all addresses, and separately from both per known browser (one from which the account has signed in before). Above
/// the limit, attempts are rejected without checking the password: for one minute at first, then for twice as long each time, up to
/// 15 minutes. Counts are reset after one hour without a failed attempt.
/// </summary>
public sealed class SignInThrottle(IAttemptCounts counts, TimeProvider time)
{
    /// <summary>Consecutive failed attempts from one address, or from one known browser, before the first wait.</summary>
    public const int Tries = 5;

    /// <summary>
    /// Failed attempts from all unknown browsers together before the first wait. Higher than <c>Tries</c> because several people in
    /// an office may share an address.
    /// </summary>
    public const int TriesOfUnknownBrowsers = 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Counts an attempt as failed before the password is checked, so that concurrent attempts cannot exceed the limit. Call
    /// <see cref="SucceedAsync"/> if the password is correct.
    /// </summary>
    /// <param name="device">The ID of the known browser that sent the attempt, if any.</param>
    /// <returns>
    /// False when the attempt must be rejected whatever its password. Rejected attempts are not counted, so they do not extend the wait.
    /// </returns>
    public Task<bool> TryBeginAsync(string account, string? device, string address)
    {
        var (sources, now) = (Sources(device, address), Now);
        return counts.ChangeAsync(account, NamesOf(sources), stored =>
        {
            if (MustWait(stored, sources[0], now) || (sources.Length > 1 && MustWaitForOthers(stored, sources, now)))
            {
                return false;
            }

            foreach (var (name, tries) in sources)
            {
                var failed = stored.TryGetValue(name, out var count) && now - count.LastUtc < AttemptCount.Lifetime ? count.Failed + 1 : 1;
                stored[name] = new AttemptCount(failed, now, failed < tries ? now : now + Wait(failed - tries));
            }

            return true;
        });
    }

    /// <summary>
    /// Records that a begun attempt succeeded. The count for all unknown browsers is reduced by this one attempt only and is not reset.
    /// </summary>
    public Task SucceedAsync(string account, string? device, string address)
    {
        var sources = Sources(device, address);
        return counts.ChangeAsync(account, NamesOf(sources), stored =>
        {
            foreach (var (name, tries) in sources)
            {
                if (tries == Tries)
                {
                    stored.Remove(name);
                }
                else if (stored.TryGetValue(name, out var count))
                {
                    stored[name] = new AttemptCount(count.Failed - 1, count.LastUtc, count.LastUtc);
                }
            }

            return true;
        });
    }

    /// <summary>Resets all counts of an account after its password was changed.</summary>
    public Task ResetAsync(string account) => counts.ResetAsync(account);

    private static bool MustWait(Dictionary<string, AttemptCount> stored, (string Name, int Tries) source, DateTime now) =>
        stored.TryGetValue(source.Name, out var count) && count.WaitUntilUtc > now;

    /// <summary>
    /// While unknown browsers together must wait, each address still has one attempt in 15 minutes. Otherwise somebody who keeps trying
    /// could keep the owner of the account out.
    /// </summary>
    private static bool MustWaitForOthers(Dictionary<string, AttemptCount> stored, (string Name, int Tries)[] sources, DateTime now) =>
        MustWait(stored, sources[1], now)
        && stored.TryGetValue(sources[0].Name, out var own)
        && now - own.LastUtc < Longest;

    private static (string Name, int Tries)[] Sources(string? device, string address) => device is not null
        ? [("browser " + device, Tries)]
        : [("address " + address, Tries), ("strangers", TriesOfUnknownBrowsers)];

    private static string[] NamesOf((string Name, int Tries)[] sources) => [.. sources.Select(source => source.Name)];

    private static TimeSpan Wait(int beyond) => beyond > 4 ? Longest : TimeSpan.FromMinutes(Math.Min(Longest.TotalMinutes, 1 << beyond));
}
