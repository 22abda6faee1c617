using System.Collections.Concurrent;

namespace PhysioSite.Faults;

/// <summary>A confirmation shown to a patient that the site has stored the request.</summary>
/// <param name="Clinic">The slug of the clinic responsible for the request.</param>
internal sealed record Acknowledgement(string Reference, string Clinic, Patient Patient);

/// <param name="Words">The message on the page; empty when there was none.</param>
/// <param name="FormKept">Whether the returned form still contained all input.</param>
internal sealed record Refusal(int Status, string Words, bool FormKept);

/// <summary>Records the responses that patients received. Stored outside the site.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, Acknowledgement> _acknowledged = new();
    private readonly ConcurrentQueue<Refusal> _refused = new();
    private readonly ConcurrentQueue<string> _broken = new();

    public ICollection<Acknowledgement> Acknowledged => _acknowledged.Values;

    public int AcknowledgedCount => _acknowledged.Count;

    public IReadOnlyCollection<Refusal> Refused => _refused;

    /// <summary>Descriptions of responses that must never occur.</summary>
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
