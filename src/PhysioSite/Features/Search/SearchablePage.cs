using PhysioSite.Content;
using PhysioSite.Features.Shared;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Search;

/// <summary>A page as the index sees it: what is said about it, and every word on it.</summary>
/// <param name="Keywords">What it is about in few words; they weigh more than the text.</param>
/// <param name="Text">Begins with what a list would show of the page.</param>
/// <param name="Position">What a page of careers is about; null for any other.</param>
internal sealed record SearchablePage(string Kind, string Title, string Path, string Keywords, string Text, Position? Position = null)
{
    /// <summary>Of what it is found by. Most people who type "running" or a city are patients; a position comes after what is for them.</summary>
    public double Weight => Position is null ? 1 : 0.5;

    /// <summary>Every page of the content, in the language that is spoken here. Closed positions too: they may be open when someone searches.</summary>
    public static IReadOnlyList<SearchablePage> All(SiteContent content) =>
    [
        .. content.Articles.Select(article => Of(article, content.Language.Prefix)),
        .. content.Clinics.Select(clinic => Of(clinic, content)),
        .. content.Positions.Select(Of),
    ];

    private static SearchablePage Of(Article article, string prefix)
    {
        var kind = Localize($"Article");
        return new(
            kind,
            article.Title,
            $"{prefix}/articles/{article.Slug}",
            Run([kind, .. article.BodyAreas.Select(area => area.Name), .. article.Conditions, article.Summary]),
            Run([
                article.Summary,
                article.Body.PlainText,
                .. article.CareCards.Emergency, .. article.CareCards.DoctorToday, .. article.CareCards.PhysicalTherapist,
                .. article.Questions.SelectMany(question => new[] { question.Text, question.Answer.PlainText }),
                article.Author.NameWithCredentials, article.ReviewedBy.NameWithCredentials,
            ]));
    }

    private static SearchablePage Of(Clinic clinic, SiteContent content)
    {
        var kind = Localize($"Clinic");
        var address = clinic.Place?.Address;
        var where = address is null ? string.Join(", ", clinic.LicensedStates) : $"{address.Street}, {address.City}, {address.State} {address.Zip}";
        return new(
            kind,
            address is null ? clinic.Name : Localize($"{clinic.Name} clinic"),
            $"{content.Language.Prefix}/clinics/{clinic.Slug}",
            Run([kind, clinic.Name, address?.City, address?.State, address?.Zip, .. clinic.Visits.Select(VisitLabels.Name)]),
            Run([
                where,
                clinic.Body.PlainText,
                .. clinic.Services,
                .. clinic.Therapists.SelectMany(therapist => therapist.Specialties.Concat(therapist.Languages).Prepend($"{therapist.Name}, {therapist.Credentials}")),
                .. clinic.Languages,
                clinic.Place?.Directions, clinic.Place?.Parking, clinic.Place?.Transit, clinic.Place?.StepFree,
                clinic.Phone.Text,
                clinic.Insurance,
                clinic.ReferralRule, .. clinic.LicensedStates.Select(content.Site.ReferralRules.GetValueOrDefault),
            ]));
    }

    private static SearchablePage Of(Position position)
    {
        var kind = Localize($"Open position");
        var address = position.Clinic.Place?.Address;
        return new(
            kind,
            $"{position.Title}, {position.Clinic.Name}",
            $"/careers/{position.Slug}",
            Run([kind, PositionLabels.Role(position.Role), PositionLabels.Type(position.Type), address?.City, address?.State, address?.Zip, position.Summary]),
            Run([position.Summary, PositionLabels.Pay(position.Pay), position.Schedule, position.Body.PlainText, position.SignOnBonus?.Terms]),
            position);
    }

    /// <summary>One line of text, with a dot between parts that do not end a sentence.</summary>
    private static string Run(IEnumerable<string?> parts)
    {
        var lines = parts.SelectMany(part => (part ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        var text = string.Concat(lines.Select((line, i) => i == lines.Count - 1 ? line : line[^1] is '.' or '?' or '!' ? line + " " : line + " · "));

        // A control character could be taken for the sign of a mark.
        return string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
    }
}
