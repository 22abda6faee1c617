using PhysioSite.Localization;

namespace PhysioSite.Content;

/// <summary>
/// Everything under <c>content/</c> in one language, as one immutable whole: a request that holds it sees no half-changed site.
/// </summary>
public sealed class SiteContent(
    Language language,
    SiteProfile site,
    IReadOnlyList<Article> articles,
    IReadOnlyList<Clinic> clinics,
    IReadOnlyList<Position> positions,
    IReadOnlyList<InfoPage> pages,
    IReadOnlyList<IReadOnlyList<string>> synonyms,
    IReadOnlySet<string> addresses)
{
    public Language Language { get; } = language;

    public SiteProfile Site { get; } = site;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Article> Articles { get; } = [.. articles.OrderByDescending(article => article.Published).ThenBy(article => article.Slug, StringComparer.Ordinal)];

    /// <summary>By name. Each is there in every language.</summary>
    public IReadOnlyList<Clinic> Clinics { get; } = [.. clinics.OrderBy(clinic => clinic.Name, StringComparer.Ordinal)];

    /// <summary>Open, closed and yet to be posted, newest first. In English alone.</summary>
    public IReadOnlyList<Position> Positions { get; } = [.. positions.OrderByDescending(position => position.Posted).ThenBy(position => position.Slug, StringComparer.Ordinal)];

    public IReadOnlyList<InfoPage> Pages { get; } = pages;

    /// <summary>Groups of words and phrases that mean the same to someone who searches.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Synonyms { get; } = synonyms;

    /// <summary>Whether the address, without the language's prefix, leads to a page that is there in this language and open to all.</summary>
    public bool Has(string path) => addresses.Contains(path);

    public Article? FindArticle(string? slug) => Articles.FirstOrDefault(article => article.Slug == slug);

    public Clinic? FindClinic(string? slug) => Clinics.FirstOrDefault(clinic => clinic.Slug == slug);

    public Position? FindPosition(string? slug) => Positions.FirstOrDefault(position => position.Slug == slug);

    public InfoPage? FindPage(string? slug) => Pages.FirstOrDefault(page => page.Slug == slug);

    public IReadOnlyList<Position> OpenPositions(DateTime utc) => [.. Positions.Where(position => position.IsOpen(utc))];
}
