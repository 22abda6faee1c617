using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Html;
using PhysioSite.Content.Model;
using PhysioSite.Data.FullText;
using PhysioSite.Localization;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Search;

/// <summary>The search index of one language's content, in an in-memory SQLite database. Not thread-safe.</summary>
internal sealed class SearchIndex : IDisposable
{
    private const int MostShown = 20;

    /// <summary>
    /// How many pages are ranked. To rank a page takes microseconds, and a word like "pain" is on nearly every page; the first of each kind
    /// are enough then.
    /// </summary>
    private const int MostRanked = 1_000;

    private const int PagesPerStatement = 100;

    /// <summary>Length in words.</summary>
    private const int SnippetLength = 30;

    private const char MarkStart = '\u0002';
    private const char MarkEnd = '\u0003';

    private readonly MemoryDatabase _database = new();

    /// <summary>Without their texts, which the database has.</summary>
    private readonly List<SearchablePage> _pages = [];

    private readonly SynonymTable _synonyms;

    /// <summary>Stems of stop words. They are used only if a query contains nothing else.</summary>
    private readonly HashSet<string> _fillers;

    private readonly HashSet<string> _stemsOfPages;

    /// <exception cref="DbException">This build of SQLite has no FTS5.</exception>
    public SearchIndex(SiteContent content)
    {
        using var culture = new CultureScope(content.Language);
        Content = content;

        // SQLite provides stemming only for English. The second table is used only to tokenize words in the same way as the first.
        var tokenizer = content.Language.IsEnglish ? "porter unicode61 remove_diacritics 2" : "unicode61 remove_diacritics 2";
        _database.Run(
            $"""
            CREATE VIRTUAL TABLE pages USING fts5(title, keywords, text, tokenize = '{tokenizer}');
            CREATE VIRTUAL TABLE stems_of_pages USING fts5vocab(pages, row);
            CREATE VIRTUAL TABLE words USING fts5(word, tokenize = '{tokenizer}');
            CREATE VIRTUAL TABLE stems_of_words USING fts5vocab(words, instance);
            INSERT INTO pages(pages, rank) VALUES ('rank', 'bm25(10, 4, 1)');
            """);
        using (var transaction = _database.BeginTransaction())
        {
            foreach (var pages in SearchablePage.All(content).Chunk(PagesPerStatement))
            {
                Insert(pages);
            }

            transaction.Commit();
        }

        _stemsOfPages = [.. _database.Read("SELECT term FROM stems_of_pages", row => row.GetString(0))];

        // A list of words, not a sentence: each language has its own stop words.
        var fillers = SearchQuery.Words(Localize(
            $"a about am an and any are as at be can could did do does for from get had has have how i if in into is it its me my near no not of on or our s she he should so that the their them there these they this to us was we what when where which who why will with would you your"));
        var groups = content.Synonyms.Select(group => group.Select(SearchQuery.Words).ToList()).ToList();

        // Stemmed in one batch, because word by word takes ten times as long.
        var texts = fillers.Concat(groups.SelectMany(group => group.SelectMany(words => words))).Distinct().ToList();
        var stems = texts.Zip(Stems(texts)).ToDictionary(word => word.First, word => word.Second);
        _fillers = [.. fillers.Select(word => stems[word])];
        _synonyms = new SynonymTable(groups.Select(group => group
            .Select(words => (string.Join(' ', words), words.Select(word => stems[word]).Where(Matters).ToList()))
            .ToList()));
    }

    public SiteContent Content { get; }

    private void Insert(SearchablePage[] pages)
    {
        _database.Run(
            "INSERT INTO pages(rowid, title, keywords, text) "
            + "SELECT value ->> 'Row', value ->> 'Title', value ->> 'Keywords', value ->> 'Text' FROM json_each($pages)",
            ("$pages", JsonSerializer.Serialize(pages.Select((page, i) =>
                new { Row = _pages.Count + i, page.Title, page.Keywords, page.Text }))));
        _pages.AddRange(pages.Select(page => page with { Keywords = "", Text = "" }));
    }

    /// <param name="typed">No longer than <see cref="SearchQuery.Longest"/>.</param>
    public SearchResults Find(string typed, DateTime utc)
    {
        if (SearchQuery.From(Understand(typed), _synonyms) is not { } query)
        {
            return SearchResults.None;
        }

        var results = Match(query.All, utc);
        return results.Pages.Count > 0 || query.Any is null ? results : Match(query.Any, utc) with { HaveSomeWords = true };
    }

    public void Dispose() => _database.Dispose();

    private List<SearchWord> Understand(string typed)
    {
        var texts = SearchQuery.Words(typed);
        var words = new List<SearchWord>();
        foreach (var (i, (text, stem)) in texts.Zip(Stems(texts)).Index().Where(word => word.Item.Second.Length > 0))
        {
            // The stem of "aches" is also the beginning of "Achilles", and "CA" is the beginning of "care". A word that lost its ending
            // or has only two letters is therefore used as a prefix only if no page contains it as a whole word.
            var isShort = stem.Length < Math.Max(text.Length, 3);
            var isBeginning = text.Length >= (i == texts.Count - 1 ? 2 : 3) && !(isShort && _stemsOfPages.Contains(stem));
            words.Add(new SearchWord(text, stem, isBeginning));
        }

        return words.Any(word => Matters(word.Stem)) ? [.. words.Where(word => Matters(word.Stem))] : words;
    }

    private bool Matters(string stem) => stem.Length > 0 && !_fillers.Contains(stem);

    /// <summary>The term that the index stores for each word. Empty for text that the tokenizer does not treat as a word.</summary>
    private List<string> Stems(IReadOnlyList<string> words)
    {
        var stems = words.Select(_ => "").ToList();
        using var forNow = _database.BeginTransaction();
        _database.Run(
            "INSERT INTO words(rowid, word) SELECT key, value FROM json_each($words)",
            ("$words", JsonSerializer.Serialize(words)));
        foreach (var (word, stem) in _database.Read(
            "SELECT doc, term FROM stems_of_words ORDER BY doc, offset",
            row => (row.GetInt32(0), row.GetString(1))))
        {
            stems[word] = stems[word].Length == 0 ? stem : $"{stems[word]} {stem}";
        }

        return stems;
    }

    private SearchResults Match(string expression, DateTime utc)
    {
        // The weights are not read from the database, where they are stored after the texts.
        var found = _database.Read(
                $"SELECT rowid, rank FROM pages WHERE pages MATCH $expression LIMIT {MostRanked}",
                row => (Page: row.GetInt32(0), Rank: row.GetDouble(1)),
                ("$expression", expression))
            .OrderBy(match => match.Rank * _pages[match.Page].Weight)
            .Select(match => match.Page)
            .Where(page => _pages[page].Position?.IsOpen(utc) != false)
            .Take(MostShown + 1)
            .ToList();

        // Snippets are the slowest part of a search, so they are created only for the pages that are shown. The plus sign lets
        // FTS5 go through the matches once instead of for each of these pages.
        var shown = found.Take(MostShown).ToList();
        var snippets = _database.Read(
            $"""
            SELECT rowid, snippet(pages, 2, char({(int)MarkStart}), char({(int)MarkEnd}), '…', {SnippetLength})
            FROM pages WHERE pages MATCH $expression AND rowid <= {shown.DefaultIfEmpty(-1).Max()}
                AND +rowid IN (SELECT value FROM json_each($shown))
            """,
            row => (Page: row.GetInt32(0), Text: row.GetString(1)),
            ("$expression", expression),
            ("$shown", JsonSerializer.Serialize(shown))).ToDictionary(snippet => snippet.Page, snippet => Marked(snippet.Text));
        return new SearchResults(
            [.. shown.Select(page => Found(_pages[page], snippets[page]))],
            HasMore: found.Count > shown.Count,
            HaveSomeWords: false);
    }

    private static FoundPage Found(SearchablePage page, IHtmlContent snippet) =>
        new(page.Kind, page.Title, page.Path, snippet, page.Position is not null);

    /// <summary>Encodes everything except the highlight markers.</summary>
    private static HtmlContentBuilder Marked(string snippet)
    {
        var html = new HtmlContentBuilder();
        var parts = snippet.Split(MarkStart, MarkEnd);
        for (var i = 0; i < parts.Length; i++)
        {
            // Markers come in pairs, so every second part is a highlighted match.
            _ = i % 2 == 1 ? html.AppendHtml("<mark>").Append(parts[i]).AppendHtml("</mark>") : html.Append(parts[i]);
        }

        return html;
    }
}
