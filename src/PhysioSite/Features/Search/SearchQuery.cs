using System.Text.RegularExpressions;

namespace PhysioSite.Features.Search;

/// <param name="Text">Letters, digits and the marks on them, and nothing that FTS5 could take for a sign of its own.</param>
/// <param name="Stem">What the index keeps of it.</param>
/// <param name="IsBeginning">Whether longer words count that begin with it.</param>
internal sealed record SearchWord(string Text, string Stem, bool IsBeginning);

/// <summary>
/// What a visitor typed, as expressions for FTS5's MATCH. Only words get into them, each in quotes, so that nothing typed is an operator.
/// </summary>
/// <param name="All">Pages that have every word, or a synonym in its place.</param>
/// <param name="Any">Pages that have at least one of them; null when there is but one.</param>
internal sealed partial record SearchQuery(string All, string? Any)
{
    /// <summary>In characters. What is typed beyond them is not looked at.</summary>
    public const int Longest = 100;

    /// <summary>What was typed as it can be shown and searched: on one line, not too long, without half a character at its end.</summary>
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

        // A word that is typed fifty times is one word: the time that marks take grows with the square of what is found.
        terms = [.. terms.Distinct(StringComparer.OrdinalIgnoreCase)];

        return terms.Count == 0 ? null : new SearchQuery(string.Join(" AND ", terms), terms.Count == 1 ? null : string.Join(" OR ", terms));
    }

    private static string Term(IEnumerable<SearchWord> words, IReadOnlyList<string> others)
    {
        var own = string.Join(" AND ", words.Select(word => $"\"{word.Text}\"{(word.IsBeginning ? "*" : "")}"));
        return others.Count == 0 ? own : $"(({own}) OR {string.Join(" OR ", others.Select(phrase => $"\"{phrase}\""))})";
    }

    /// <summary>Never half of a pair of surrogates: their category is neither of these.</summary>
    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]")]
    private static partial Regex Unprintable();
}
