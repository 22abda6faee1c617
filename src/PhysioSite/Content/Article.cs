using PhysioSite.Content.Reading;

namespace PhysioSite.Content;

public sealed record Question(string Text, MarkdownText Answer);

/// <param name="Url">An https URL, or null for a source that is not online.</param>
public sealed record Source(string Title, string Publisher, string? Url);

public sealed record Article
{
    public required string Slug { get; init; }

    public required string Title { get; init; }

    public required string Summary { get; init; }

    /// <summary>The request form preselects the first one.</summary>
    public required IReadOnlyList<BodyArea> BodyAreas { get; init; }

    public required Person Author { get; init; }

    public required Person ReviewedBy { get; init; }

    public required DateOnly Published { get; init; }

    public required DateOnly Reviewed { get; init; }

    public required DateOnly NextReview { get; init; }

    public required CareCards CareCards { get; init; }

    public required IReadOnlyList<Question> Questions { get; init; }

    public required IReadOnlyList<Source> Sources { get; init; }

    /// <summary>Medical terms for the conditions the article covers. May be empty.</summary>
    public required IReadOnlyList<string> Conditions { get; init; }

    public required MarkdownText Body { get; init; }

    /// <summary>The later of the publication date and the date of the last review.</summary>
    public DateOnly Changed => Reviewed > Published ? Reviewed : Published;

    /// <summary>True when the date of the next review has passed.</summary>
    public bool IsReviewOverdue(DateOnly today) => NextReview < today;

    internal static Article Read(ContentFile file, SiteProfile site, IReadOnlyDictionary<string, CareCards> careCards)
    {
        var front = file.Front;
        var people = site.People.DistinctBy(person => person.Id).ToDictionary(person => person.Id);
        var article = new Article
        {
            Slug = file.Slug,
            Title = front.Text("title"),
            Summary = file.Summary(),
            BodyAreas = front.Choices("bodyAreas", site.BodyAreas.DistinctBy(area => area.Id).ToDictionary(area => area.Id)),
            Author = front.Choice("author", people),
            ReviewedBy = front.Choice("reviewedBy", people),
            Published = front.Date("published"),
            Reviewed = front.Date("reviewed"),
            NextReview = front.Date("nextReview"),
            Conditions = front.OptionalTexts("conditions"),
            CareCards = front.Choice("careCards", careCards),
            Questions = front.OptionalSections("faq", item => new Question(item.Text("question"), file.Markdown(item, "answer"))),
            Sources = front.OptionalSections("sources", item => new Source(item.Text("title"), item.Text("publisher"), HttpsUrl(item))),
            Body = file.Body(),
        };
        if (article.Author == article.ReviewedBy)
        {
            front.Problem("reviewedBy", "An article is reviewed by someone other than its author.");
        }

        if (article.NextReview > DateOnly.MinValue && article.NextReview <= article.Reviewed)
        {
            front.Problem("nextReview", "\"nextReview\" must be after \"reviewed\".");
        }

        if (article.Body.CallsToAction is < 2 or > 3)
        {
            front.Problem(null, $"An article has two or three \"::: appointment\" calls to action; this one has {article.Body.CallsToAction}.");
        }

        front.Finish();
        return article;
    }

    private static string? HttpsUrl(FrontMatter item)
    {
        var text = item.OptionalText("url");
        if (text is { Length: > 0 } && !(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps))
        {
            item.Problem("url", $"\"url\" is \"{text}\". Write a whole address that starts with https://.");
        }

        return text;
    }
}
