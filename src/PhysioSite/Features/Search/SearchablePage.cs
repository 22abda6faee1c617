using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Shared;
using PhysioSite.Localization;
using PhysioSite.Text;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Search;

/// <summary>A page as it is indexed.</summary>
/// <param name="Keywords">The topics of the page. They have a higher weight than the text.</param>
/// <param name="Path">Without the prefix of the language.</param>
/// <param name="Text">Starts with the text that a list of results would show for the page.</param>
/// <param name="Position">The slug of the position that a careers page describes. Null for all other pages.</param>
internal sealed record SearchablePage(string Kind, string Title, string Path, string Keywords, string Text, string? Position = null)
{
    private const int CreatedTogether = 200;

    /// <summary>
    /// All pages of the content, in its language: the first of each kind, for articles the newest, then the second of each kind, and so on.
    /// Includes closed positions, because they may be open at the time of a search. Several are created at a time, because their texts are
    /// rendered.
    /// </summary>
    public static IEnumerable<SearchablePage> All(SiteContent content, CancellationToken cancellationToken)
    {
        return Numbered(content.Articles, Of)
            .Concat(Numbered(content.Clinics, clinic => Of(clinic, content)))
            .Concat(Numbered(content.Therapists, Of))
            .Concat(Numbered(content.Areas, Of))
            .Concat(Numbered(content.Positions, Of))
            .OrderBy(page => page.Number)
            .Select(page => page.Create)
            .Chunk(CreatedTogether)
            .SelectMany(pages => pages.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(create =>
            {
                using var culture = new CultureScope(content.Language);
                return create();
            }).ToList());

        static IEnumerable<(int Number, Func<SearchablePage> Create)> Numbered<T>(IReadOnlyList<T> items, Func<T, SearchablePage> create) =>
            items.Select((item, number) => (number, (Func<SearchablePage>)(() => create(item))));
    }

    private static SearchablePage Of(Article article)
    {
        var kind = Localize($"Article");
        return new(
            kind,
            article.Title,
            SitePaths.Article(article.Slug),
            Run([kind, .. article.BodyAreas.Select(area => area.Name), .. article.Conditions, article.Summary]),
            Run([
                article.Summary,
                article.Body.PlainText,
                .. article.CareCards.Signs,
                .. article.Questions.SelectMany(question => new[] { question.Text, question.Answer.PlainText }),
                article.Author.NameWithCredentials, article.ReviewedBy.NameWithCredentials,
            ]));
    }

    private static SearchablePage Of(Clinic clinic, SiteContent content)
    {
        var kind = Localize($"Clinic");
        var address = clinic.Place?.Address;
        var where = address is null
            ? UsStates.List(clinic.LicensedStates)
            : $"{address.Street}, {address.City}, {address.State} {address.Zip}";
        return new(
            kind,
            address is null ? clinic.Name : Localize($"{clinic.Name} clinic"),
            SitePaths.Clinic(clinic.Slug),
            Run([kind, clinic.Name, address?.City, address?.State, address?.Zip, .. clinic.Visits.Select(VisitLabels.Name)]),
            Run([
                where,
                clinic.Body.PlainText,
                .. clinic.Services,
                .. content.TherapistsAt(clinic).SelectMany(therapist => therapist.Specialties
                    .Concat(therapist.Languages)
                    .Prepend(therapist.NameWithCredentials)),
                .. clinic.Languages,
                clinic.Place?.Directions, clinic.Place?.Parking, clinic.Place?.Transit, clinic.Place?.StepFree,
                clinic.Phone.Text,
                clinic.Insurance,
                .. clinic.Plans.Select(plan => plan.Name),
                clinic.ReferralRule, .. clinic.LicensedStates.Select(content.Site.ClinicDefaults.ReferralRules.GetValueOrDefault),
            ]));
    }

    private static SearchablePage Of(Therapist therapist)
    {
        var kind = Localize($"Physical therapist");
        return new(
            kind,
            therapist.NameWithCredentials,
            SitePaths.Therapist(therapist.Slug),
            Run([kind, .. therapist.Specialties, .. therapist.Languages]),
            Run([
                therapist.Body.PlainText,
                .. therapist.Specialties, .. therapist.Languages,
                .. therapist.Clinics.Select(clinic => clinic.Name),
            ]));
    }

    private static SearchablePage Of(AreaPage page)
    {
        var kind = Localize($"Body area");
        return new(
            kind,
            page.Title,
            SitePaths.Area(page.Area.Id),
            Run([kind, page.Area.Name, page.Summary]),
            Run([
                page.Summary,
                page.Body.PlainText,
                .. page.CareCards.Signs,
                .. page.Exercises.Select(exercise => exercise.PlainText),
            ]));
    }

    private static SearchablePage Of(Position position)
    {
        var kind = Localize($"Open position");
        var address = position.Clinic.Place?.Address;
        return new(
            kind,
            $"{position.Title}, {position.Clinic.Name}",
            SitePaths.Position(position.Slug),
            Run([
                kind, PositionLabels.Role(position.Role), PositionLabels.Type(position.Type),
                address?.City, address?.State, address?.Zip,
                position.Summary,
            ]),
            Run([
                position.Summary,
                PositionLabels.Pay(position.Pay),
                position.Schedule,
                position.Body.PlainText,
                position.SignOnBonus?.Terms,
            ]),
            position.Slug);
    }

    /// <summary>
    /// Joins the parts to one line of text. Parts that do not end with a period, question mark or exclamation mark are separated by a
    /// middle dot.
    /// </summary>
    private static string Run(IEnumerable<string?> parts)
    {
        var lines = parts
            .SelectMany(part => (part ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        var text = string.Concat(lines.Select((line, i) => i == lines.Count - 1 ? line
            : line[^1] is '.' or '?' or '!' ? line + " "
            : line + " · "));

        // Removes control characters, because the index uses them as highlight markers.
        return string.Create(text.Length, text, static (line, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                line[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
    }
}
