namespace PhysioSite.Data.Providers;

/// <param name="Failed">Consecutive failed attempts.</param>
/// <param name="LastUtc">The time of the last one.</param>
/// <param name="WaitUntilUtc">Until then, further attempts are rejected.</param>
public sealed record AttemptCount(int Failed, DateTime LastUtc, DateTime WaitUntilUtc)
{
    /// <summary>For how long after the last attempt a count is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
}

/// <summary>Counts of failed attempts by account and by source, such as an address. All instances of the site have the same.</summary>
public interface IAttemptCounts
{
    /// <summary>Changes counts of an account. Nothing else changes counts of the account at the same time, on any instance.</summary>
    /// <param name="change">Gets the counts of those sources that have one, and adds, replaces and removes some.</param>
    /// <returns>The result of <paramref name="change"/>.</returns>
    public Task<bool> ChangeAsync(string account, IReadOnlyList<string> sources, Func<Dictionary<string, AttemptCount>, bool> change);

    /// <summary>Forgets all counts of an account.</summary>
    public Task ResetAsync(string account);
}
