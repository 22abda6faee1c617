using System.Text.RegularExpressions;

namespace PhysioSite.Features.Search;

/// <param name="Text">Letters, digits and combining marks only, so it contains no FTS5 syntax.</param>
/// <param name="Stem">The term that the index stores for the word.</param>
/// <param name="IsBeginning">Whether the word also matches longer words that begin with it.</param>
internal sealed record SearchWord(string Text, string Stem, bool IsBeginning);

/// <summary>A query as expressions for FTS5's MATCH. They contain only quoted words, so user input cannot add operators.</summary>
/// <param name="All">Matches pages that contain every word or a synonym of it.</param>
/// <param name="Any">Matches pages that contain at least one word. Null when there is only one.</param>
internal sealed partial record SearchQuery(string All, string? Any)
{
    /// <summary>Maximum length in characters. The rest of the input is ignored.</summary>
    public const int Longest = 100;

    /// <summary>
    /// Cleans the input for display and search: a single line of limited length that does not end with half of a surrogate pair.
    /// </summary>
    public static string Clean(string? typed)
    {
        var text = Unprintable().Replace(typed ?? "", " ").Trim();
        if (text.Length > Longest)
        {
            text = text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)].TrimEnd();
        }

        return text;
    }

    public static IReadOnlyList<string> Words(string text) => [.. Word().Matches(text).Select(match => match.Value)];

    /// <returns>Null when there is no word.</returns>
    public static SearchQuery? From(IReadOnlyList<SearchWord> words, SynonymTable synonyms)
    {
        var terms = new List<string>();
        for (var i = 0; i < words.Count;)
        {
            var (count, others) = synonyms.At(words, i);
            terms.Add(Term(words.Skip(i).Take(count), others));
            i += count;
        }

        // Removes duplicates, because the time to highlight matches grows with the square of their number.
        terms = [.. terms.Distinct(StringComparer.OrdinalIgnoreCase)];

        return terms.Count == 0 ? null : new SearchQuery(string.Join(" AND ", terms), terms.Count == 1 ? null : string.Join(" OR ", terms));
    }

    private static string Term(IEnumerable<SearchWord> words, IReadOnlyList<string> others)
    {
        var own = string.Join(" AND ", words.Select(word => $"\"{word.Text}\"{(word.IsBeginning ? "*" : "")}"));
        return others.Count == 0 ? own : $"(({own}) OR {string.Join(" OR ", others.Select(phrase => $"\"{phrase}\""))})";
    }

    /// <summary>Never matches half of a surrogate pair, because surrogates are in none of these categories.</summary>
    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]")]
    private static partial Regex Unprintable();
}
