using Microsoft.AspNetCore.Html;
using PhysioSite.Content;
using PhysioSite.Content.Model;

namespace PhysioSite.Features.Search;

/// <param name="Kind">The type of the page, in the language of the search.</param>
/// <param name="Path">Includes the language prefix.</param>
/// <param name="Snippet">The best matching part of the text, with the matched words highlighted.</param>
/// <param name="IsInEnglish">True if title, snippet and page are in English, whatever the language of the search.</param>
public sealed record FoundPage(string Kind, string Title, string Path, IHtmlContent Snippet, bool IsInEnglish);

/// <param name="Pages">Ordered by relevance.</param>
/// <param name="HasMore">True if more pages match than are listed.</param>
/// <param name="HaveSomeWords">True if no page contains all words. The listed pages contain at least one.</param>
public sealed record SearchResults(IReadOnlyList<FoundPage> Pages, bool HasMore, bool HaveSomeWords)
{
    public static readonly SearchResults None = new([], HasMore: false, HaveSomeWords: false);
}

/// <summary>
/// Searches articles, clinics and open positions in the current language. Each language has an in-memory index. It is built by the first
/// search after the site started or the content changed, or by <see cref="Prepare"/>.
/// </summary>
public sealed class SiteSearch(ContentLibrary library, TimeProvider time) : IDisposable
{
    /// <summary>At most two for each language: a request that started before the content changed uses the previous one.</summary>
    private readonly List<SearchIndex> _indexes = [];

    /// <summary>
    /// Serializes access: a SQLite connection supports one caller at a time, and an index must not be replaced during a search.
    /// </summary>
    private readonly Lock _lock = new();

    /// <summary>Whether no search has to wait until an index is built.</summary>
    internal bool IsPrepared
    {
        get
        {
            lock (_lock)
            {
                return library.Languages.All(content => _indexes.Exists(index => index.Content == content));
            }
        }
    }

    /// <summary>Builds the indexes, so that no search has to wait for one.</summary>
    public void Prepare()
    {
        foreach (var content in library.Languages)
        {
            lock (_lock)
            {
                IndexOf(content);
            }
        }
    }

    /// <param name="typed">The unvalidated user input.</param>
    public SearchResults Find(string typed)
    {
        lock (_lock)
        {
            return IndexOf(library.Current).Find(SearchQuery.Clean(typed), time.GetUtcNow().UtcDateTime);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var index in _indexes)
            {
                index.Dispose();
            }

            _indexes.Clear();
        }
    }

    private SearchIndex IndexOf(SiteContent content)
    {
        if (_indexes.Find(index => index.Content == content) is { } found)
        {
            return found;
        }

        var earlier = _indexes.FindAll(index => index.Content.Language.Code == content.Language.Code);
        if (earlier.Count > 1)
        {
            earlier[0].Dispose();
            _indexes.Remove(earlier[0]);
        }

        var created = new SearchIndex(content);
        _indexes.Add(created);
        return created;
    }
}
