using PhysioSite.Localization;
using PhysioSite.Text;

namespace PhysioSite.Content.Model;

/// <summary>
/// All content under <c>content/</c> in one language. The object is immutable, so a request that holds a reference sees consistent
/// content.
/// </summary>
public sealed class SiteContent(
    Language language,
    SiteProfile site,
    IReadOnlyList<Article> articles,
    IReadOnlyList<Clinic> clinics,
    IReadOnlyList<Therapist> therapists,
    IReadOnlyList<AreaPage> areas,
    IReadOnlyList<Position> positions,
    IReadOnlyList<InfoPage> pages,
    IReadOnlyList<IReadOnlyList<string>> synonyms,
    IReadOnlyDictionary<string, string> addresses)
{
    private const int MostListedClinics = 50;

    private readonly Dictionary<string, Article> _articles = BySlug(articles, article => article.Slug, article => article.Aliases);
    private readonly Dictionary<string, Clinic> _clinics = BySlug(clinics, clinic => clinic.Slug, clinic => clinic.Aliases);
    private readonly Dictionary<string, Therapist> _therapists =
        BySlug(therapists, therapist => therapist.Slug, therapist => therapist.Aliases);
    private readonly Dictionary<string, Position> _positions =
        BySlug(positions, position => position.Slug, position => position.Aliases);
    private readonly ILookup<string, Therapist> _therapistsByClinic = therapists
        .OrderBy(therapist => therapist.Name, StringComparer.Ordinal)
        .SelectMany(therapist => therapist.Clinics.Select(clinic => (clinic.Slug, therapist)).Distinct())
        .ToLookup(item => item.Slug, item => item.therapist);

    private volatile OpenInQuarter? _open;

    public Language Language { get; } = language;

    public SiteProfile Site { get; } = site;

    /// <summary>Articles, newest first.</summary>
    public IReadOnlyList<Article> Articles { get; } =
    [
        .. articles
            .OrderByDescending(article => article.Published)
            .ThenBy(article => article.Slug, StringComparer.Ordinal),
    ];

    /// <summary>Clinics, sorted by name. Every clinic is available in every language.</summary>
    public IReadOnlyList<Clinic> Clinics { get; } = [.. clinics.OrderBy(clinic => clinic.Name, StringComparer.Ordinal)];

    /// <summary>Therapists, sorted by name. Every therapist is available in every language.</summary>
    public IReadOnlyList<Therapist> Therapists { get; } = [.. therapists.OrderBy(therapist => therapist.Name, StringComparer.Ordinal)];

    /// <summary>The pages of body areas, in the order of the areas in the form.</summary>
    public IReadOnlyList<AreaPage> Areas { get; } =
        [.. site.BodyAreas.SelectMany(area => areas.Where(page => page.Area.Id == area.Id))];

    /// <summary>Open, closed and not yet posted positions, newest first. Their texts are in English in every language.</summary>
    public IReadOnlyList<Position> Positions { get; } =
    [
        .. positions
            .OrderByDescending(position => position.Posted)
            .ThenBy(position => position.Slug, StringComparer.Ordinal),
    ];

    public IReadOnlyList<InfoPage> Pages { get; } = pages;

    /// <summary>Whether a list of all clinics is too long for a page about something else, or for a choice in a form.</summary>
    public bool HasManyClinics => AreMany(Clinics);

    /// <summary>The clinics of each state, by its two-letter code, sorted by the name of the state. Virtual care is in none.</summary>
    public ILookup<string, Clinic> ClinicsByState { get; } = clinics
        .Where(clinic => clinic.Place is not null)
        .OrderBy(clinic => UsStates.Name(clinic.Place!.Address.State), StringComparer.Ordinal)
        .ThenBy(clinic => clinic.Name, StringComparer.Ordinal)
        .ToLookup(clinic => clinic.Place!.Address.State);

    /// <summary>Groups of words and phrases that are equivalent in a search.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Synonyms { get; } = synonyms;

    /// <summary>Whether the URL path, without the language prefix, is a public page that exists in this language.</summary>
    public bool Has(string path) => CurrentPath(path) == path;

    /// <summary>
    /// The path of the page that is or was at <paramref name="path"/>, both without the language prefix. Null when there is none in this
    /// language.
    /// </summary>
    public string? CurrentPath(string path) => addresses.GetValueOrDefault(path);

    /// <param name="slug">The slug of the article or one of its aliases.</param>
    public Article? FindArticle(string? slug) => _articles.GetValueOrDefault(slug ?? "");

    /// <param name="slug">The slug of the clinic or one of its aliases, which stored data may have.</param>
    public Clinic? FindClinic(string? slug) => _clinics.GetValueOrDefault(slug ?? "");

    /// <param name="slug">The slug of the therapist or one of its aliases, which stored data may have.</param>
    public Therapist? FindTherapist(string? slug) => _therapists.GetValueOrDefault(slug ?? "");

    /// <param name="id">The id of the body area.</param>
    public AreaPage? FindArea(string? id) => Areas.FirstOrDefault(page => page.Area.Id == id || page.Aliases.Contains(id));

    public IReadOnlyList<Therapist> TherapistsAt(Clinic clinic) => [.. _therapistsByClinic[clinic.Slug]];

    /// <summary>The therapists with one of the specialties, those with the most of them first.</summary>
    public IReadOnlyList<Therapist> TherapistsFor(AreaPage page) =>
    [
        .. Therapists.Where(therapist => therapist.Specialties.Intersect(page.Specialties).Any())
            .OrderByDescending(therapist => therapist.Specialties.Intersect(page.Specialties).Count()),
    ];

    /// <param name="slug">The slug of the position or one of its aliases.</param>
    public Position? FindPosition(string? slug) => _positions.GetValueOrDefault(slug ?? "");

    /// <param name="slug">The slug of the page or one of its aliases.</param>
    public InfoPage? FindPage(string? slug) => Pages.FirstOrDefault(page => page.Slug == slug || page.Aliases.Contains(slug));

    /// <summary>
    /// The next time at which the date changes at a clinic, or in UTC, in which articles are due for review, or at which a notice begins
    /// or ends.
    /// </summary>
    public DateTime NextDateChange(DateTime utc) =>
        Clinics.Select(clinic => clinic.TimeZone).Distinct().Select(zone => zone.NextMidnight(utc))
            .Concat(Site.Notices.SelectMany(notice => new[] { notice.FromUtc, notice.ToUtc }).Where(time => time > utc))
            .Append(utc.Date.AddDays(1))
            .Min();

    /// <inheritdoc cref="HasManyClinics"/>
    public static bool AreMany(IReadOnlyList<Clinic> clinics) => clinics.Count > MostListedClinics;

    public IReadOnlyList<Position> OpenPositions(DateTime utc)
    {
        // Nearly every page shows how many there are. In every time zone, a day begins on a quarter of an hour.
        var quarter = utc.Ticks / (15 * TimeSpan.TicksPerMinute);
        if (_open is not { } open || open.Quarter != quarter)
        {
            _open = open = new(quarter, [.. Positions.Where(position => position.IsOpen(utc))]);
        }

        return open.Positions;
    }

    /// <summary>By slug and alias. A slug goes before an alias.</summary>
    private static Dictionary<string, T> BySlug<T>(
        IReadOnlyList<T> items, Func<T, string> slug, Func<T, IReadOnlyList<string>> aliases)
    {
        var bySlug = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, item) in items.Select(item => (slug(item), item))
            .Concat(items.SelectMany(item => aliases(item).Select(alias => (alias, item)))))
        {
            bySlug.TryAdd(name, item);
        }

        return bySlug;
    }

    private sealed record OpenInQuarter(long Quarter, IReadOnlyList<Position> Positions);
}
