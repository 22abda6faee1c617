namespace PhysioSite.Features.Search;

/// <summary>Which words and phrases mean the same, by their stems: who types "pulled muscles" means "pulled muscle".</summary>
internal sealed class SynonymTable
{
    private readonly Dictionary<string, IReadOnlyList<string>> _others = new(StringComparer.Ordinal);
    private readonly int _longest;

    /// <param name="groups">Of phrases that mean the same, each of words alone, with those of its stems that say something.</param>
    public SynonymTable(IEnumerable<List<(string Phrase, List<string> Stems)>> groups)
    {
        foreach (var group in groups)
        {
            foreach (var (phrase, stems) in group.Where(item => item.Stems.Count > 0))
            {
                _longest = Math.Max(_longest, stems.Count);
                _others.TryAdd(Key(stems), [.. group.Where(other => other.Phrase != phrase && other.Stems.Count > 0).Select(other => other.Phrase)]);
            }
        }
    }

    /// <summary>The longest phrase that begins at a word: how many words it has, and what else means the same. One word and nothing else where none does.</summary>
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
