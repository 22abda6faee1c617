using PhysioSite.Content.Model;

namespace PhysioSite.Content.Reading.Links;

/// <summary>The fragment identifiers that a text can link to.</summary>
internal static class PageAnchors
{
    /// <summary>The main content, on every page.</summary>
    private const string Main = "main";

    private static readonly string[] CareCards = ["care-emergency", "care-today", "care-therapist"];

    /// <summary>Those of the templates of pages that are not content files.</summary>
    private static readonly Dictionary<string, string[]> OfSections = new(StringComparer.Ordinal)
    {
        [SitePaths.Home] = [Main, "where", "read", "how", "work"],
        [SitePaths.RequestAppointment] = [Main, "request"],
        [SitePaths.Articles] = [Main],
        [SitePaths.Clinics] = [Main],
        [SitePaths.Search] = [Main],
        [SitePaths.Careers] = [Main],
    };

    /// <param name="path">The path of a page without the language prefix.</param>
    /// <returns>Null when there is no such page, or it is not known what is on it.</returns>
    public static IReadOnlyCollection<string>? Find(SiteContent content, string path)
    {
        if (OfSections.TryGetValue(path, out var section))
        {
            return section;
        }

        var slug = path[(path.LastIndexOf('/') + 1)..];
        if (path == SitePaths.Article(slug) && content.FindArticle(slug) is { } article)
        {
            return
            [
                Main, "section-contents", "section-care", .. CareCards, "section-related",
                .. article.Questions.Count > 0 ? new[] { "section-questions" } : [],
                .. article.Sources.Count > 0 ? new[] { "section-sources" } : [],
                .. article.Body.Ids, .. article.Questions.SelectMany(question => question.Answer.Ids),
            ];
        }

        return path == SitePaths.Clinic(slug) && content.FindClinic(slug) is { } clinic
                ? [Main, "hours", "therapists", "cost", .. clinic.Body.Ids]
            : path == SitePaths.Therapist(slug) && content.FindTherapist(slug) is { } therapist ? [Main, "request", .. therapist.Body.Ids]
            : path == SitePaths.Area(slug) && content.FindArea(slug) is { } area
                ? [Main, "worry", .. CareCards, "exercises", "therapists", .. area.Body.Ids]
            : path == SitePaths.Position(slug) && content.FindPosition(slug) is { } position ? [Main, .. position.Body.Ids]
            : path == SitePaths.InfoPage(slug) && content.FindPage(slug) is { } page
                ? [Main, .. page.CareCards is null ? [] : CareCards.Append("section-signs"), .. page.Body.Ids]
            : null;
    }
}
