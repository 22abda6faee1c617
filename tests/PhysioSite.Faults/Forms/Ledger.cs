using System.Collections.Concurrent;

namespace PhysioSite.Faults.Forms;

/// <summary>A confirmation shown to a patient that the site has stored the request.</summary>
/// <param name="Clinic">The slug of the clinic that the receipt names.</param>
/// <param name="Due">By when the clinic answers, as the receipt says it.</param>
/// <param name="PrivatePath">The path of the patient's private page.</param>
/// <param name="Patient">Who asked, and what was typed.</param>
internal sealed record Acknowledgement(string Reference, string Clinic, string Due, string PrivatePath, Patient Patient);

/// <param name="Words">The message on the page; empty when there was none.</param>
/// <param name="FormKept">Whether the returned form still contained all input.</param>
internal sealed record Refusal(int Status, string Words, bool FormKept);

/// <summary>Records what patients typed and the responses that they received. Stored outside the site.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, Acknowledgement> _acknowledged = new();
    private readonly ConcurrentDictionary<string, byte> _withdrawn = new();
    private readonly ConcurrentQueue<Refusal> _refused = new();
    private readonly ConcurrentQueue<string> _broken = new();
    private readonly ConcurrentQueue<TimeSpan> _answered = new();
    private readonly ConcurrentQueue<TimeSpan> _refusedAfter = new();

    public ICollection<Acknowledgement> Acknowledged => _acknowledged.Values;

    public int AcknowledgedCount => _acknowledged.Count;

    public IReadOnlyCollection<Refusal> Refused => _refused;

    /// <summary>Descriptions of responses that must never occur.</summary>
    public IReadOnlyCollection<string> Broken => _broken;

    /// <summary>The times from the submission of a form to its acknowledgement, without the submissions that failed.</summary>
    public IReadOnlyCollection<TimeSpan> Answered => _answered;

    /// <summary>The times from the submission of a form to its refusal.</summary>
    public IReadOnlyCollection<TimeSpan> RefusedAfter => _refusedAfter;

    /// <summary>Whether two servers answer, so that a receipt may be asked of the one that has not got it.</summary>
    public bool MayBeElsewhere { get; set; }

    public void Add(Acknowledgement acknowledgement)
    {
        if (!_acknowledged.TryAdd(acknowledgement.Reference, acknowledgement))
        {
            _broken.Enqueue($"two patients were given the reference {acknowledgement.Reference}");
        }
    }

    public void Add(Refusal refusal) => _refused.Enqueue(refusal);

    public void AddAnswered(TimeSpan after) => _answered.Enqueue(after);

    public void AddRefused(TimeSpan after) => _refusedAfter.Enqueue(after);

    public void AddBroken(string what) => _broken.Enqueue(what);

    /// <summary>Whether the patient has read the receipt.</summary>
    public bool IsAcknowledged(string reference) => _acknowledged.ContainsKey(reference);

    public void AddWithdrawn(string reference) => _withdrawn.TryAdd(reference, 0);

    public bool IsWithdrawn(string reference) => _withdrawn.ContainsKey(reference);

    public void Clear()
    {
        _acknowledged.Clear();
        _withdrawn.Clear();
        _refused.Clear();
        _broken.Clear();
        _answered.Clear();
        _refusedAfter.Clear();
    }
}
