using System.Collections.Concurrent;

namespace PhysioSite.Features.Staff.Live;

/// <summary>The changes that one stream has not sent yet.</summary>
public sealed class LiveSubscription(string session, Action<LiveSubscription> remove) : IDisposable
{
    /// <summary>Changes that are kept for a stream. A desk that is told of one of them reads its whole list.</summary>
    private const int Most = 200;

    private readonly ConcurrentQueue<RequestChange> _changes = new();
    private readonly SemaphoreSlim _signal = new(0, 1);

    public string Session { get; } = session;

    /// <summary>Whether the session has newer streams in place of this one.</summary>
    public bool IsReplaced { get; private set; }

    public void Add(RequestChange change)
    {
        if (_changes.Count < Most)
        {
            _changes.Enqueue(change);
        }

        Wake();
    }

    public void Replace()
    {
        IsReplaced = true;
        Wake();
    }

    public void Wake()
    {
        try
        {
            _signal.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or it has ended.
        }
    }

    /// <returns>The changes since the last call, after the first of them or when the time is over.</returns>
    public async Task<IReadOnlyList<RequestChange>> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await _signal.WaitAsync(atMost, cancellationToken);
        var changes = new List<RequestChange>();
        while (_changes.TryDequeue(out var change))
        {
            changes.Add(change);
        }

        return changes;
    }

    public void Dispose()
    {
        remove(this);
        _signal.Dispose();
    }
}
