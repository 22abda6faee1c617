using System.Collections.Concurrent;

namespace PhysioSite.Faults;

/// <summary>What a patient was shown: the site has the request.</summary>
/// <param name="Clinic">The slug of the clinic that answers.</param>
internal sealed record Acknowledgement(string Reference, string Clinic, Patient Patient);

/// <param name="Words">What the page said about it; empty when it said nothing.</param>
/// <param name="FormKept">Whether everything typed was still in the form.</param>
internal sealed record Refusal(int Status, string Words, bool FormKept);

/// <summary>What the site told patients, kept outside of it.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, Acknowledgement> _acknowledged = new();
    private readonly ConcurrentQueue<Refusal> _refused = new();
    private readonly ConcurrentQueue<string> _broken = new();

    public ICollection<Acknowledgement> Acknowledged => _acknowledged.Values;

    public int AcknowledgedCount => _acknowledged.Count;

    public IReadOnlyCollection<Refusal> Refused => _refused;

    /// <summary>What must not happen to a patient at all, in words.</summary>
    public IReadOnlyCollection<string> Broken => _broken;

    public void Add(Acknowledgement acknowledgement)
    {
        if (!_acknowledged.TryAdd(acknowledgement.Reference, acknowledgement))
        {
            _broken.Enqueue($"two patients were given the reference {acknowledgement.Reference}");
        }
    }

    public void Add(Refusal refusal) => _refused.Enqueue(refusal);

    public void AddBroken(string what) => _broken.Enqueue(what);
}
