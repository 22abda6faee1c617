namespace PhysioSite.Features.Search;

/// <summary>
/// Maps words and phrases to their synonyms. Phrases are compared by their stems, so "pulled muscles" matches "pulled muscle".
/// </summary>
internal sealed class SynonymTable
{
    private readonly Dictionary<string, IReadOnlyList<string>> _others = new(StringComparer.Ordinal);
    private readonly int _longest;

    /// <param name="groups">
    /// Groups of synonymous phrases. Each phrase consists of words only and comes with its stems, without those of stop words.
    /// </param>
    public SynonymTable(IEnumerable<List<(string Phrase, List<string> Stems)>> groups)
    {
        foreach (var group in groups)
        {
            foreach (var (phrase, stems) in group.Where(item => item.Stems.Count > 0))
            {
                _longest = Math.Max(_longest, stems.Count);
                _others.TryAdd(
                    Key(stems),
                    [.. group.Where(other => other.Phrase != phrase && other.Stems.Count > 0).Select(other => other.Phrase)]);
            }
        }
    }

    /// <summary>
    /// Finds the longest phrase that starts at the given word. Returns the number of its words and its synonyms, or one word and an empty
    /// list if there is no match.
    /// </summary>
    public (int Words, IReadOnlyList<string> Others) At(IReadOnlyList<SearchWord> words, int start)
    {
        for (var count = Math.Min(_longest, words.Count - start); count > 0; count--)
        {
            if (_others.TryGetValue(Key(words.Skip(start).Take(count).Select(word => word.Stem)), out var others))
            {
                return (count, others);
            }
        }

        return (1, []);
    }

    private static string Key(IEnumerable<string> stems) => string.Join(' ', stems);
}
