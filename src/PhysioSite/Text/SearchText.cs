using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PhysioSite.Text;

/// <summary>
/// Reduces text to the words by which people look for it. Letter case, accents, width, and the kind of apostrophe or hyphen do not matter.
/// </summary>
public static partial class SearchText
{
    /// <summary>The longest word that belongs to the next one in a name: O Brien, Mc Donald, de la Cruz, van Dyke.</summary>
    private const int LongestParticle = 3;

    /// <summary>The most words of a typed text that may be one in a name.</summary>
    private const int MostTyped = 4;

    /// <summary>Letters that Unicode does not decompose, as people type them on another keyboard.</summary>
    private static readonly Dictionary<char, string> Plain = new()
    {
        ['ß'] = "ss",
        ['æ'] = "ae",
        ['œ'] = "oe",
        ['ø'] = "o",
        ['đ'] = "d",
        ['ð'] = "d",
        ['ħ'] = "h",
        ['ı'] = "i",
        ['ł'] = "l",
        ['ŋ'] = "n",
        ['þ'] = "th",
        ['ŧ'] = "t",
        ['ς'] = "σ",
        ['’'] = "'",
        ['‘'] = "'",
        ['ʼ'] = "'",
        ['ʻ'] = "'",
        ['`'] = "'",
        ['′'] = "'",
    };

    /// <summary>The text in small letters without accents and invisible characters.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var character in Decompose(text))
        {
            var small = char.ToLowerInvariant(character);
            if (Plain.TryGetValue(small, out var plain))
            {
                folded.Append(plain);
            }
            else if (char.GetUnicodeCategory(small) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Format))
            {
                folded.Append(small);
            }
        }

        return folded.ToString();
    }

    /// <summary>The words as typed. An apostrophe or a period inside of a word does not divide it: <c>O’Brien</c> is obrien.</summary>
    public static IReadOnlyList<string> Words(string text) =>
        [.. Word().Matches(Fold(text)).Select(match => Inner().Replace(match.Value, ""))];

    /// <summary>
    /// The words, the parts of words, and the words that others write in one: O’Brien, O Brien and OBrien have obrien in common.
    /// </summary>
    public static IReadOnlySet<string> Variants(string text)
    {
        var words = Words(text);
        var variants = words.ToHashSet(StringComparer.Ordinal);
        variants.UnionWith(Word().Matches(Fold(text)).SelectMany(match => Inner().Split(match.Value)));
        variants.UnionWith(Joined(words).Select(joined => joined.Word));
        return variants;
    }

    /// <summary>Each word, and the words in one that it is a part of when others write them: O Brien is o and brien, or obrien.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Alternatives(string text)
    {
        var words = Words(text);
        var joined = Joined(words).ToList();
        return [.. words.Select((word, i) => (IReadOnlyList<string>)
            [word, .. joined.Where(one => one.First <= i && i <= one.Last && one.Last - one.First < MostTyped).Select(one => one.Word)])];
    }

    /// <returns>Words that others write in one, with the positions of their first and last part.</returns>
    private static IEnumerable<(int First, int Last, string Word)> Joined(IReadOnlyList<string> words)
    {
        for (var first = 0; first < words.Count; first++)
        {
            var joined = words[first];
            for (var last = first + 1; last < words.Count && words[last - 1].Length <= LongestParticle; last++)
            {
                joined += words[last];
                yield return (first, last, joined);
            }
        }
    }

    /// <summary>
    /// Text with an unpaired surrogate cannot be normalized. An acute accent that is used as an apostrophe would become a space.
    /// </summary>
    private static string Decompose(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => rune.ToString())).Replace('´', '\'').Normalize(NormalizationForm.FormKD);

    /// <summary>
    /// Letters and digits with the combining marks of other scripts, and single apostrophes and periods between them. Surrogates are
    /// letters of rare scripts.
    /// </summary>
    [GeneratedRegex(@"[\p{L}\p{N}\p{Mc}\p{Cs}]+(?:['.·][\p{L}\p{N}\p{Mc}\p{Cs}]+)*")]
    private static partial Regex Word();

    [GeneratedRegex("['.·]")]
    private static partial Regex Inner();
}
