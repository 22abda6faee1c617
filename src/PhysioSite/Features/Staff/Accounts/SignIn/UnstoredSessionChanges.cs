using System.Collections.Concurrent;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Changes of sessions that could not be stored, for example on a full disk. They are kept in memory, so that people who are signed in can
/// go on reading and a session that was ended stays ended. The end of a session is stored as soon as possible, because other instances do
/// not know it. What is not stored is lost on restart.
/// </summary>
public sealed class UnstoredSessionChanges
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTime> _seen = new();
    private readonly ConcurrentDictionary<string, bool> _ended = new();
    private DateTime _triedUtc;

    /// <returns>Whether an earlier use was stored.</returns>
    public bool Use(string keyHash, DateTime seenUtc)
    {
        var isFirst = !_seen.ContainsKey(keyHash);
        _seen[keyHash] = seenUtc;
        return isFirst;
    }

    /// <summary>The use was stored, so this copy is not needed any more.</summary>
    public void ForgetUse(string keyHash) => _seen.TryRemove(keyHash, out _);

    public DateTime? SeenUtc(string keyHash) => _seen.TryGetValue(keyHash, out var seen) ? seen : null;

    public void End(string keyHash)
    {
        _ended[keyHash] = true;
        ForgetUse(keyHash);
    }

    public bool HasEnded(string keyHash) => _ended.ContainsKey(keyHash);

    /// <summary>The sessions whose end should be stored now: none at most times, and otherwise all of them once a minute.</summary>
    public IReadOnlyCollection<string> FindEndsToStore(DateTime now)
    {
        if (_ended.IsEmpty)
        {
            return [];
        }

        lock (_ended)
        {
            if ((now - _triedUtc).Duration() < RetryInterval)
            {
                return [];
            }

            _triedUtc = now;
            return [.. _ended.Keys];
        }
    }

    /// <summary>The ends were stored, so these copies are not needed any more.</summary>
    public void ForgetEnds(IEnumerable<string> keyHashes)
    {
        foreach (var keyHash in keyHashes)
        {
            _ended.TryRemove(keyHash, out _);
        }
    }
}
