using System.Security.Cryptography;
using System.Text;
using PhysioSite.Data.Providers;

namespace PhysioSite.Features.Appointments.Spam;

/// <summary>
/// Counts the forms of the last day that contain the same value, on all instances. Stores only keyed hashes of the values. The key of those
/// in memory exists only for the lifetime of the process. The number of stored forms is limited, so memory use is bounded.
/// </summary>
/// <param name="shared">Also counts the forms that other instances received.</param>
/// <param name="kind">Distinguishes these values from others in <paramref name="shared"/>.</param>
public sealed class KeyedCounts(ISharedCounts shared, string kind)
{
    /// <summary>Maximum number of stored forms.</summary>
    public const int Most = 10_000;

    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _counting = new();
    private readonly Queue<(Guid Value, string Form, DateTime Utc)> _arrivals = new();
    private readonly Dictionary<Guid, HashSet<string>> _forms = [];

    /// <summary>Number of stored forms.</summary>
    public int Remembered => _arrivals.Count;

    /// <summary>Stores the value of a form and returns in how many forms it occurs. A form that is submitted twice counts once.</summary>
    public async Task<int> CountAsync(string value, SubmissionKey form, DateTime now)
    {
        var own = Count(value, form, now);
        return await shared.CountMembersAsync($"{kind} {value}", form.Hash, Memory) ?? own;
    }

    private int Count(string value, SubmissionKey form, DateTime now)
    {
        var hash = new Guid(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(value)).AsSpan(0, 16));
        lock (_counting)
        {
            while (_arrivals.TryPeek(out var oldest) && (_arrivals.Count >= Most || oldest.Utc < now - Memory))
            {
                Forget(oldest.Value, oldest.Form);
            }

            if (!_forms.TryGetValue(hash, out var forms))
            {
                _forms[hash] = forms = [];
            }

            if (forms.Add(form.Hash))
            {
                _arrivals.Enqueue((hash, form.Hash, now));
            }

            return forms.Count;
        }
    }

    private void Forget(Guid value, string form)
    {
        _arrivals.Dequeue();
        var forms = _forms[value];
        forms.Remove(form);
        if (forms.Count == 0)
        {
            _forms.Remove(value);
        }
    }
}
