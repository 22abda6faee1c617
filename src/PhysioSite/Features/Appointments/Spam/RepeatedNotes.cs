using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace PhysioSite.Features.Appointments.Spam;

/// <summary>
/// Counts the forms of the last day that contain the same note. Stores only keyed hashes of the notes. The key exists only for the
/// lifetime of the process. The number of stored forms is limited, so memory use is bounded.
/// </summary>
public sealed class RepeatedNotes(IOptions<SpamOptions> options)
{
    /// <summary>
    /// Minimum number of letters and digits. Two people may well write the same shorter note, for example "please call after five".
    /// </summary>
    public const int Shortest = 20;

    /// <summary>Maximum number of stored forms.</summary>
    public const int Most = 10_000;

    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _counting = new();
    private readonly Queue<(Guid Note, string Form, DateTime Utc)> _arrivals = new();
    private readonly Dictionary<Guid, HashSet<string>> _forms = [];

    /// <summary>Number of stored forms.</summary>
    public int Remembered => _arrivals.Count;

    /// <summary>
    /// Stores the note of this form and returns whether it occurs in more forms than allowed. Spaces, punctuation and case are ignored. A
    /// form that is submitted twice counts once.
    /// </summary>
    public bool IsRepeated(string? note, SubmissionKey form, DateTime now)
    {
        var letters = string.Concat((note ?? "").EnumerateRunes().Where(Rune.IsLetterOrDigit).Select(Rune.ToUpperInvariant));
        if (options.Value.SameNotes == 0 || letters.Length < Shortest)
        {
            return false;
        }

        var hash = new Guid(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(letters)).AsSpan(0, 16));
        lock (_counting)
        {
            while (_arrivals.TryPeek(out var oldest) && (_arrivals.Count >= Most || oldest.Utc < now - Memory))
            {
                Forget(oldest.Note, oldest.Form);
            }

            if (!_forms.TryGetValue(hash, out var forms))
            {
                _forms[hash] = forms = [];
            }

            if (forms.Add(form.Hash))
            {
                _arrivals.Enqueue((hash, form.Hash, now));
            }

            return forms.Count > options.Value.SameNotes;
        }
    }

    private void Forget(Guid note, string form)
    {
        _arrivals.Dequeue();
        var forms = _forms[note];
        forms.Remove(form);
        if (forms.Count == 0)
        {
            _forms.Remove(note);
        }
    }
}
