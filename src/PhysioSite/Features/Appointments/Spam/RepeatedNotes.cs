using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace PhysioSite.Features.Appointments.Spam;

/// <summary>
/// Counts the forms of the last day that carry the same note. It holds no note, only hashes under a key that ends with the process, and
/// only of the latest forms, so that a flood costs no more memory than a day.
/// </summary>
public sealed class RepeatedNotes(IOptions<SpamOptions> options)
{
    /// <summary>Letters and digits of a note below which two people may well write the same: "please call after five".</summary>
    public const int Shortest = 20;

    /// <summary>Forms that are remembered at most.</summary>
    public const int Most = 10_000;

    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _counting = new();
    private readonly Queue<(Guid Note, string Form, DateTime Utc)> _arrivals = new();
    private readonly Dictionary<Guid, HashSet<string>> _forms = [];

    /// <summary>Forms that are remembered now.</summary>
    public int Remembered => _arrivals.Count;

    /// <summary>
    /// Remembers that this form carries the note, and says whether more forms than are allowed did so. Spaces, marks and case make no
    /// other note; a form that is sent twice is one.
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
