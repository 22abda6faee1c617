using System.Collections.Concurrent;

namespace PhysioSite.Faults.Desk;

/// <summary>A change of a request that a member of staff sent.</summary>
/// <param name="Kind">The kind of event that the site must store.</param>
/// <param name="By">The name of the member of staff.</param>
/// <param name="Note">What they typed; no other change has the same note.</param>
internal sealed record DeskChange(string Reference, string Kind, string By, string Note)
{
    /// <summary>Whether the site said that it has stored the change.</summary>
    public bool IsAcknowledged { get; set; }
}

/// <summary>Records what staff sent and what they were told. Stored outside the site.</summary>
internal sealed class DeskLedger
{
    private readonly ConcurrentQueue<DeskChange> _changes = new();
    private readonly ConcurrentQueue<string> _broken = new();
    private int _updates;
    private int _unanswered;

    public IReadOnlyCollection<DeskChange> Changes => _changes;

    public int AcknowledgedCount => _changes.Count(change => change.IsAcknowledged);

    /// <summary>Descriptions of responses that must never occur.</summary>
    public IReadOnlyCollection<string> Broken => _broken;

    /// <summary>How often an open page was told that something changed.</summary>
    public int Updates => Volatile.Read(ref _updates);

    /// <summary>How often a form was not answered, or refused with 503, and had to be sent again.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Whether two servers answer, so that a page may show what another one does not have.</summary>
    public bool MayConflict { get; set; }

    public void Add(DeskChange change) => _changes.Enqueue(change);

    public void AddBroken(string what) => _broken.Enqueue(what);

    public void AddUpdate() => Interlocked.Increment(ref _updates);

    public void AddUnanswered() => Interlocked.Increment(ref _unanswered);

    public void Clear()
    {
        _changes.Clear();
        _broken.Clear();
        (_updates, _unanswered) = (0, 0);
    }
}
