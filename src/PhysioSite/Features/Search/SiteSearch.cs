using Microsoft.AspNetCore.Html;
using PhysioSite.Content;

namespace PhysioSite.Features.Search;

/// <param name="Kind">What it is, in the language of the search.</param>
/// <param name="Path">With the language's prefix.</param>
/// <param name="Snippet">The part of its text that fits best, with marks around the words that were found.</param>
/// <param name="IsInEnglish">Title, snippet and page are in English, whatever the language of the search.</param>
public sealed record FoundPage(string Kind, string Title, string Path, IHtmlContent Snippet, bool IsInEnglish);

/// <param name="Pages">Best first.</param>
/// <param name="HasMore">More were found than are listed.</param>
/// <param name="HaveSomeWords">No page has all words; these have at least one.</param>
public sealed record SearchResults(IReadOnlyList<FoundPage> Pages, bool HasMore, bool HaveSomeWords)
{
    public static readonly SearchResults None = new([], HasMore: false, HaveSomeWords: false);
}

/// <summary>
/// Finds articles, clinics and open positions in the language that is spoken. Every language has an index in memory, made at start and
/// anew by the first search after the content changed.
/// </summary>
public sealed class SiteSearch : IDisposable
{
    private readonly ContentLibrary _library;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, SearchIndex> _indexes = new(StringComparer.Ordinal);

    /// <summary>A SQLite connection serves one caller at a time, and none while its index is replaced.</summary>
    private readonly Lock _lock = new();

    public SiteSearch(ContentLibrary library, TimeProvider time)
    {
        _library = library;
        _time = time;
        foreach (var content in library.Languages)
        {
            IndexOf(content);
        }
    }

    /// <param name="typed">Anything at all.</param>
    public SearchResults Find(string typed)
    {
        lock (_lock)
        {
            return IndexOf(_library.Current).Find(SearchQuery.Clean(typed), _time.GetUtcNow().UtcDateTime);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var index in _indexes.Values)
            {
                index.Dispose();
            }

            _indexes.Clear();
        }
    }

    private SearchIndex IndexOf(SiteContent content)
    {
        var code = content.Language.Code;
        if (_indexes.TryGetValue(code, out var index) && index.Content == content)
        {
            return index;
        }

        index?.Dispose();
        return _indexes[code] = new SearchIndex(content);
    }
}
