using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Html;
using PhysioSite.Content.Model;
using PhysioSite.Data.FullText;
using PhysioSite.Localization;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Search;

/// <summary>A page of the index, without its texts.</summary>
/// <param name="Path">Without the prefix of the language.</param>
/// <param name="Position">The slug of the position that a careers page describes. Null for all other pages.</param>
internal sealed record IndexedPage(string Kind, string Title, string Path, string? Position)
{
    /// <summary>
    /// Factor for the rank. Most visitors who search for "running" or a city are patients, so positions rank below pages for patients.
    /// </summary>
    public double Weight => Position is null ? 1 : 0.5;

    /// <summary>Whether the content has the page, and a position is open. The index may be older than the content.</summary>
    public bool IsIn(SiteContent content, DateTime utc) =>
        content.Has(Path) && (Position is null || content.FindPosition(Position)?.IsOpen(utc) == true);
}

/// <summary>The search index of one language's content. Not thread-safe.</summary>
internal sealed class SearchIndex : IDisposable
{
    private const int MostShown = 20;

    /// <summary>
    /// How many pages are ranked. To rank a page takes microseconds, and a word like "pain" is on nearly every page; the first of each kind
    /// are enough then.
    /// </summary>
    private const int MostRanked = 1_000;

    /// <summary>
    /// Beginnings of these lengths have an index of their own, because SQLite merges the pages of all longer words otherwise. Frequent
    /// words such as "hip", "knee" and "pain" have three or four letters.
    /// </summary>
    private const string PrefixLengths = "3 4";

    /// <summary>Length in words.</summary>
    private const int SnippetLength = 30;

    private const char MarkStart = '\u0002';
    private const char MarkEnd = '\u0003';

    private readonly FullTextDatabase _database;

    /// <summary>The pages by their number in the index, without their texts.</summary>
    private readonly List<IndexedPage> _pages;

    private readonly SynonymTable _synonyms;

    /// <summary>Stems of stop words. They are used only if a query contains nothing else.</summary>
    private readonly HashSet<string> _fillers;

    /// <param name="content">The content that the index was built from.</param>
    /// <param name="database">What <see cref="Build"/> has written. The index disposes it.</param>
    /// <exception cref="DbException">The database is damaged.</exception>
    public SearchIndex(SiteContent content, FullTextDatabase database)
    {
        using var culture = new CultureScope(content.Language);
        (Content, _database) = (content, database);

        // The table of words is used only to tokenize words in the same way as the pages.
        _database.Run(
            $"""
            CREATE VIRTUAL TABLE temp.stems_of_pages USING fts5vocab(main, pages, instance);
            CREATE VIRTUAL TABLE temp.words USING fts5(word, tokenize = '{Tokenizer(content)}');
            CREATE VIRTUAL TABLE temp.stems_of_words USING fts5vocab(temp, words, instance);
            """);
        _pages =
        [
            .. _database.Read(
                "SELECT kind, title, path, position FROM listed ORDER BY number",
                row => new IndexedPage(
                    string.Intern(row.GetString(0)), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3))),
        ];

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

    /// <summary>Writes the pages of the content to an empty database.</summary>
    /// <exception cref="DbException">The disk is full, or this build of SQLite has no FTS5.</exception>
    public static void Build(SiteContent content, FullTextDatabase database, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginTransaction();
        database.Run(
            $"""
            CREATE VIRTUAL TABLE pages USING fts5(title, keywords, text, prefix = '{PrefixLengths}', tokenize = '{Tokenizer(content)}');
            CREATE TABLE listed(number INTEGER PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, path TEXT NOT NULL, position TEXT);
            INSERT INTO pages(pages, rank) VALUES ('rank', 'bm25(10, 4, 1)');
            """);
        database.RunEach(
            """
            INSERT INTO pages(rowid, title, keywords, text) VALUES ($number, $title, $keywords, $text);
            INSERT INTO listed(number, kind, title, path, position) VALUES ($number, $kind, $title, $path, $position);
            """,
            SearchablePage.All(content, cancellationToken).Select((page, number) => new (string, object?)[]
            {
                ("$number", number), ("$title", page.Title), ("$keywords", page.Keywords), ("$text", page.Text),
                ("$kind", page.Kind), ("$path", page.Path), ("$position", page.Position),
            }));

        // Merges the parts in which the index was written, so that a search reads one.
        database.Run("INSERT INTO pages(pages) VALUES ('optimize')");
        transaction.Commit();
    }

    /// <summary>SQLite provides stemming only for English.</summary>
    private static string Tokenizer(SiteContent content) =>
        content.Language.IsEnglish ? "porter unicode61 remove_diacritics 2" : "unicode61 remove_diacritics 2";

    /// <param name="typed">No longer than <see cref="SearchQuery.Longest"/>.</param>
    /// <param name="content">The content that is shown now, in the language of the index. Pages that it does not have are left out.</param>
    public SearchResults Find(string typed, SiteContent content, DateTime utc)
    {
        if (SearchQuery.From(Understand(typed), _synonyms) is not { } query)
        {
            return SearchResults.None;
        }

        var results = Match(query.All, content, utc);
        return results.Pages.Count > 0 || query.Any is null ? results : Match(query.Any, content, utc) with { HaveSomeWords = true };
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
            var isBeginning = text.Length >= (i == texts.Count - 1 ? 2 : 3) && !(isShort && IsOnPages(stem));
            words.Add(new SearchWord(text, stem, isBeginning));
        }

        return words.Any(word => Matters(word.Stem)) ? [.. words.Where(word => Matters(word.Stem))] : words;
    }

    private bool IsOnPages(string stem) =>
        _database.Read("SELECT 1 FROM temp.stems_of_pages WHERE term = $stem LIMIT 1", _ => true, ("$stem", stem)).Any();

    private bool Matters(string stem) => stem.Length > 0 && !_fillers.Contains(stem);

    /// <summary>The term that the index stores for each word. Empty for text that the tokenizer does not treat as a word.</summary>
    private List<string> Stems(IReadOnlyList<string> words)
    {
        var stems = words.Select(_ => "").ToList();
        using var forNow = _database.BeginTransaction();
        _database.Run(
            "INSERT INTO temp.words(rowid, word) SELECT key, value FROM json_each($words)",
            ("$words", JsonSerializer.Serialize(words)));
        foreach (var (word, stem) in _database.Read(
            "SELECT doc, term FROM temp.stems_of_words ORDER BY doc, offset",
            row => (row.GetInt32(0), row.GetString(1))))
        {
            stems[word] = stems[word].Length == 0 ? stem : $"{stems[word]} {stem}";
        }

        return stems;
    }

    private SearchResults Match(string expression, SiteContent content, DateTime utc)
    {
        // The weights are not read from the database, where they are stored after the texts.
        var matches = _database.Read(
            $"SELECT rowid, rank FROM pages WHERE pages MATCH $expression LIMIT {MostRanked}",
            row => new Ranked(row.GetInt32(0), row.GetDouble(1) * _pages[row.GetInt32(0)].Weight),
            ("$expression", expression)).ToList();
        matches.Sort(static (one, other) => one.Rank.CompareTo(other.Rank) is var order and not 0 ? order : one.Page.CompareTo(other.Page));
        var found = matches.Where(match => _pages[match.Page].IsIn(content, utc)).Take(MostShown + 1).Select(match => match.Page).ToList();

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
            [.. shown.Select(page => Found(_pages[page], content.Language, snippets[page]))],
            HasMore: found.Count > shown.Count,
            HaveSomeWords: false);
    }

    private static FoundPage Found(IndexedPage page, Language language, IHtmlContent snippet) =>
        new(page.Kind, page.Title, language.Prefix + page.Path, snippet, page.Position is not null);

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

    /// <summary>
    /// A page that matches. A class and not a structure, because .NET brings compiled code for lists of objects only: the first searches
    /// after a start would sort a thousand pages with code that is not optimized yet.
    /// </summary>
    private sealed record Ranked(int Page, double Rank);
}
