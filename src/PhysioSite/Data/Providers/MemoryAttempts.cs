namespace PhysioSite.Data.Providers;

/// <summary>Counts in the memory of this process. They are lost on restart.</summary>
internal sealed class MemoryAttempts(TimeProvider time) : IAttemptCounts
{
    private const int MaxEntries = 20_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Account, string Source), AttemptCount> _counts = [];

    /// <summary>Number of counts held in memory.</summary>
    public int Remembered
    {
        get
        {
            lock (_lock)
            {
                return _counts.Count;
            }
        }
    }

    public Task<bool> ChangeAsync(string account, IReadOnlyList<string> sources, Func<Dictionary<string, AttemptCount>, bool> change)
    {
        lock (_lock)
        {
            ForgetOld();
            var counts = new Dictionary<string, AttemptCount>();
            foreach (var source in sources)
            {
                if (_counts.TryGetValue((account, source), out var stored))
                {
                    counts[source] = stored;
                }
            }

            var result = change(counts);
            foreach (var source in sources)
            {
                if (counts.TryGetValue(source, out var changed))
                {
                    _counts[(account, source)] = changed;
                }
                else
                {
                    _counts.Remove((account, source));
                }
            }

            return Task.FromResult(result);
        }
    }

    public Task ResetAsync(string account)
    {
        lock (_lock)
        {
            foreach (var key in _counts.Keys.Where(key => key.Account == account).ToList())
            {
                _counts.Remove(key);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Bounds memory use when many nonexistent account names are tried.</summary>
    private void ForgetOld()
    {
        if (_counts.Count < MaxEntries)
        {
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        foreach (var key in _counts
            .OrderBy(pair => pair.Value.LastUtc)
            .Where((pair, i) => i < MaxEntries / 2 || now - pair.Value.LastUtc >= AttemptCount.Lifetime)
            .Select(pair => pair.Key)
            .ToList())
        {
            _counts.Remove(key);
        }
    }
}
