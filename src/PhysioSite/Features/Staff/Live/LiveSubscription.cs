namespace PhysioSite.Features.Staff.Live;

/// <summary>The changes that one stream has not sent yet: the clinics of the requests, or null when it is not known what changed.</summary>
public sealed class LiveSubscription(string session, Action<LiveSubscription> remove) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<string?> _changes = [];
    private readonly SemaphoreSlim _signal = new(0, 1);

    public string Session { get; } = session;

    /// <summary>Whether the session has newer streams in place of this one.</summary>
    public bool IsReplaced { get; private set; }

    public void Add(string? clinicSlug)
    {
        lock (_lock)
        {
            _changes.Add(clinicSlug);
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
    public async Task<IReadOnlyList<string?>> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await _signal.WaitAsync(atMost, cancellationToken);
        lock (_lock)
        {
            string?[] changes = [.. _changes];
            _changes.Clear();
            return changes;
        }
    }

    public void Dispose()
    {
        remove(this);
        _signal.Dispose();
    }
}
