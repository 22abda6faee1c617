namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Slows down guessing at passwords without giving strangers a way to keep a colleague out. Wrong passwords are counted for each account
/// from each address; over all addresses together, for the account; and apart from both for each browser in which the account has been
/// signed in before. After too many the next ones are refused unseen: for a minute, then for twice as long each time, up to 15.
/// Counted in memory: a restart forgets it, and an hour without a wrong password does too.
/// </summary>
public sealed class SignInThrottle(TimeProvider time)
{
    /// <summary>Wrong passwords in a row from one address, or in one known browser, until the first wait.</summary>
    public const int Tries = 5;

    /// <summary>Wrong passwords from everywhere but known browsers until the first wait. An office that shares an address has more than one pair of hands.</summary>
    public const int TriesOfStrangers = 20;

    private const int ConcurrentPatients = 20_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Account, string Source), WrongTries> _counts = [];

    /// <summary>How much it holds in memory.</summary>
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
    /// Counts a try as wrong before it is judged, so that many at once do not slip through together. Whoever is right says so with
    /// <see cref="Succeed"/>.
    /// </summary>
    /// <param name="device">The known browser it comes from, if any.</param>
    /// <returns>False when this try must be refused whatever its password. Such tries are not counted, so they prolong nothing.</returns>
    public bool TryBegin(string account, string? device, string address)
    {
        lock (_lock)
        {
            var now = Now;
            ForgetOld(now);
            var sources = Sources(device, address).ToList();
            if (sources.Any(source => _counts.TryGetValue((account, source.Name), out var count) && count.WaitUntilUtc > now))
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

    /// <summary>The try that was begun was right. Strangers stay as slow as they were: it was one try less, no more.</summary>
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

    /// <summary>The account has a new password: what was guessed before counts no more.</summary>
    public void Forget(string account)
    {
        lock (_lock)
        {
            foreach (var key in _counts.Keys.Where(key => key.Account == account).ToList())
            {
                _counts.Remove(key);
            }
        }
    }

    private static IEnumerable<(string Name, int Tries)> Sources(string? device, string address) => device is not null
        ? [("browser " + device, Tries)]
        : [("address " + address, Tries), ("strangers", TriesOfStrangers)];

    private static TimeSpan Wait(int beyond) => beyond > 4 ? Longest : TimeSpan.FromMinutes(Math.Min(Longest.TotalMinutes, 1 << beyond));

    /// <summary>Keeps a flood of made-up names from filling the memory.</summary>
    private void ForgetOld(DateTime now)
    {
        if (_counts.Count < ConcurrentPatients)
        {
            return;
        }

        foreach (var key in _counts.OrderBy(pair => pair.Value.LastUtc).Where((pair, i) => i < ConcurrentPatients / 2 || now - pair.Value.LastUtc >= Memory).Select(pair => pair.Key).ToList())
        {
            _counts.Remove(key);
        }
    }

    private sealed record WrongTries(int Wrong, DateTime LastUtc, DateTime WaitUntilUtc);
}
