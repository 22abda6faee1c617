using System.Text;
using Microsoft.Extensions.Options;
using PhysioSite.Data.Providers;

namespace PhysioSite.Features.Appointments.Spam;

/// <summary>Finds notes that occur in several forms of a day.</summary>
public sealed class RepeatedNotes(ISharedCounts shared, IOptions<SpamOptions> options)
{
    /// <summary>
    /// Minimum number of letters and digits. Two people may well write the same shorter note, for example "please call after five".
    /// </summary>
    public const int Shortest = 20;

    private readonly KeyedCounts _counts = new(shared, "note");

    /// <summary>Number of forms stored in memory.</summary>
    public int Remembered => _counts.Remembered;

    /// <summary>
    /// Stores the note of this form and returns whether it occurs in more forms than allowed. Spaces, punctuation and case are ignored.
    /// </summary>
    public async Task<bool> IsRepeatedAsync(string? note, SubmissionKey form, DateTime now)
    {
        var letters = string.Concat((note ?? "").EnumerateRunes().Where(Rune.IsLetterOrDigit).Select(Rune.ToUpperInvariant));
        return options.Value.SameNotes > 0
            && letters.Length >= Shortest
            && await _counts.CountAsync(letters, form, now) > options.Value.SameNotes;
    }
}
