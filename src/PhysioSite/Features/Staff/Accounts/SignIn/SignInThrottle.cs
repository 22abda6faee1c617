namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Limits password guessing without letting attackers lock out an account owner. Failed attempts are counted per account and IP address,
/// per account across all addresses, and separately from both per known browser (one from which the account has signed in before). Above
/// the limit, attempts are rejected without checking the password: for one minute at first, then for twice as long each time, up to
/// 15 minutes. Counts are held in memory. They are lost on restart, and are reset after one hour without a failed attempt.
/// </summary>
public sealed class SignInThrottle(TimeProvider time)
{
    /// <summary>Consecutive failed attempts from one address, or from one known browser, before the first wait.</summary>
    public const int Tries = 5;

    /// <summary>
    /// Failed attempts from all unknown browsers together before the first wait. Higher than <c>Tries</c> because several people in
    /// an office may share an address.
    /// </summary>
    public const int TriesOfUnknownBrowsers = 20;

    private const int MaxEntries = 20_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Account, string Source), WrongTries> _counts = [];

    /// <summary>Number of entries held in memory.</summary>
    internal int Remembered
    {
        get
        {
            lock (_lock)
            {
                return _counts.Count;
            }
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Counts an attempt as failed before the password is checked, so that concurrent attempts cannot exceed the limit. Call
    /// <see cref="Succeed"/> if the password is correct.
    /// </summary>
    /// <param name="device">The ID of the known browser that sent the attempt, if any.</param>
    /// <returns>
    /// False when the attempt must be rejected whatever its password. Rejected attempts are not counted, so they do not extend the wait.
    /// </returns>
    public bool TryBegin(string account, string? device, string address)
    {
        lock (_lock)
        {
            var now = Now;
            ForgetOld(now);
            var sources = Sources(device, address).ToList();
            if (MustWait(account, sources[0].Name, now) || (sources.Count > 1 && MustWaitForOthers(account, sources, now)))
            {
                return false;
            }

            foreach (var (name, tries) in sources)
            {
                var wrong = _counts.GetValueOrDefault((account, name)) is { } count && now - count.LastUtc < Memory ? count.Wrong + 1 : 1;
                _counts[(account, name)] = new WrongTries(wrong, now, wrong < tries ? now : now + Wait(wrong - tries));
            }

            return true;
        }
    }

    /// <summary>
    /// Records that a begun attempt succeeded. The count for all unknown browsers is reduced by this one attempt only and is not reset.
    /// </summary>
    public void Succeed(string account, string? device, string address)
    {
        lock (_lock)
        {
            foreach (var (name, tries) in Sources(device, address))
            {
                if (tries == Tries)
                {
                    _counts.Remove((account, name));
                }
                else if (_counts.TryGetValue((account, name), out var count))
                {
                    _counts[(account, name)] = new WrongTries(count.Wrong - 1, count.LastUtc, count.LastUtc);
                }
            }
        }
    }

    /// <summary>Resets all counts of an account after its password was changed.</summary>
    public void Reset(string account)
    {
        lock (_lock)
        {
            foreach (var key in _counts.Keys.Where(key => key.Account == account).ToList())
            {
                _counts.Remove(key);
            }
        }
    }

    private bool MustWait(string account, string source, DateTime now) =>
        _counts.TryGetValue((account, source), out var count) && count.WaitUntilUtc > now;

    /// <summary>
    /// While unknown browsers together must wait, each address still has one attempt in 15 minutes. Otherwise somebody who keeps trying
    /// could keep the owner of the account out.
    /// </summary>
    private bool MustWaitForOthers(string account, List<(string Name, int Tries)> sources, DateTime now) =>
        MustWait(account, sources[1].Name, now)
        && _counts.TryGetValue((account, sources[0].Name), out var own)
        && now - own.LastUtc < Longest;

    private static IEnumerable<(string Name, int Tries)> Sources(string? device, string address) => device is not null
        ? [("browser " + device, Tries)]
        : [("address " + address, Tries), ("strangers", TriesOfUnknownBrowsers)];

    private static TimeSpan Wait(int beyond) => beyond > 4 ? Longest : TimeSpan.FromMinutes(Math.Min(Longest.TotalMinutes, 1 << beyond));

    /// <summary>Bounds memory use when many nonexistent account names are tried.</summary>
    private void ForgetOld(DateTime now)
    {
        if (_counts.Count < MaxEntries)
        {
            return;
        }

        foreach (var key in _counts
            .OrderBy(pair => pair.Value.LastUtc)
            .Where((pair, i) => i < MaxEntries / 2 || now - pair.Value.LastUtc >= Memory)
            .Select(pair => pair.Key)
            .ToList())
        {
            _counts.Remove(key);
        }
    }

    private sealed record WrongTries(int Wrong, DateTime LastUtc, DateTime WaitUntilUtc);
}
