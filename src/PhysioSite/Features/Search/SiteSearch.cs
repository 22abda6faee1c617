using System.Data.Common;
using Microsoft.AspNetCore.Html;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data.FullText;

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
/// Searches articles, clinics and open positions in the current language. Each language has an index. After a change of the content, the
/// previous one answers until <see cref="Prepare"/> has built the next.
/// </summary>
public sealed partial class SiteSearch(ContentLibrary library, TimeProvider time, SearchIndexFiles files, ILogger<SiteSearch> log)
    : IDisposable
{
    /// <summary>An index that turns out to be damaged is built again.</summary>
    private const int MostAttempts = 3;

    /// <summary>The latest index of each language, by its code.</summary>
    private readonly Dictionary<string, SearchIndex> _indexes = [];

    /// <summary>
    /// Serializes searches: a SQLite connection supports one caller at a time, and an index must not be replaced during a search.
    /// </summary>
    private readonly Lock _searching = new();

    /// <summary>Serializes what may take seconds. Searches go on meanwhile.</summary>
    private readonly Lock _building = new();

    /// <summary>Whether every search uses an index of the current content.</summary>
    internal bool IsPrepared => library.Languages.All(IsIndexed);

    /// <summary>Opens or builds the indexes of the current content.</summary>
    public void Prepare(CancellationToken cancellationToken)
    {
        foreach (var content in library.Languages)
        {
            Index(content, cancellationToken);
        }
    }

    /// <param name="typed">The unvalidated user input.</param>
    public SearchResults Find(string typed)
    {
        var (text, content, utc) = (SearchQuery.Clean(typed), library.Current, time.GetUtcNow().UtcDateTime);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (Find(text, content, utc) is { } results)
            {
                return results;
            }

            Index(content, CancellationToken.None);
        }

        throw new InvalidOperationException("The search index is damaged each time it is built.");
    }

    public void Dispose()
    {
        lock (_searching)
        {
            foreach (var index in _indexes.Values)
            {
                index.Dispose();
            }

            _indexes.Clear();
        }
    }

    /// <returns>Null when there is no index that can be used.</returns>
    private SearchResults? Find(string text, SiteContent content, DateTime utc)
    {
        lock (_searching)
        {
            if (!_indexes.TryGetValue(content.Language.Code, out var index))
            {
                return null;
            }

            try
            {
                return index.Find(text, content, utc);
            }
            catch (DbException e) when (FullTextDatabase.IsDamaged(e))
            {
                LogDamaged(e);
                _indexes.Remove(content.Language.Code);
                index.Dispose();
                files.Delete(index.Content);
                return null;
            }
        }
    }

    private bool IsIndexed(SiteContent content)
    {
        lock (_searching)
        {
            return _indexes.TryGetValue(content.Language.Code, out var index) && index.Content == content;
        }
    }

    private void Index(SiteContent content, CancellationToken cancellationToken)
    {
        lock (_building)
        {
            if (IsIndexed(content))
            {
                return;
            }

            var index = files.Open(content, cancellationToken);
            lock (_searching)
            {
                _indexes.Remove(content.Language.Code, out var earlier);
                earlier?.Dispose();
                _indexes.Add(content.Language.Code, index);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The search index is damaged; it is built again")]
    private partial void LogDamaged(Exception e);
}
