using System.Collections.Concurrent;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Changes of sessions that could not be stored, for example on a full disk. They are kept in memory, so that people who are signed in can
/// go on reading and a session that was ended stays ended. They are lost on restart.
/// </summary>
public sealed class UnstoredSessionChanges
{
    private readonly ConcurrentDictionary<string, DateTime> _seen = new();
    private readonly ConcurrentDictionary<string, bool> _ended = new();

    public void Use(string keyHash, DateTime seenUtc) => _seen[keyHash] = seenUtc;

    /// <summary>The use was stored, so this copy is not needed any more.</summary>
    public void ForgetUse(string keyHash) => _seen.TryRemove(keyHash, out _);

    public DateTime? SeenUtc(string keyHash) => _seen.TryGetValue(keyHash, out var seen) ? seen : null;

    public void End(string keyHash)
    {
        _ended[keyHash] = true;
        ForgetUse(keyHash);
    }

    public bool HasEnded(string keyHash) => _ended.ContainsKey(keyHash);
}
