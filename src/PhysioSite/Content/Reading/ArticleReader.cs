namespace PhysioSite.Content.Reading;

internal static class ArticleReader
{
    public static Article Read(ContentFile file, SiteProfile site, IReadOnlyDictionary<string, CareCards> careCards)
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
            Sources = front.OptionalSections("sources", ReadSource),
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
            front.Problem(
                null,
                $"An article has two or three \"::: appointment\" calls to action; this one has {article.Body.CallsToAction}.");
        }

        front.Finish();
        return article;
    }

    private static Source ReadSource(FrontMatter item)
    {
        var source = new Source(item.Text("title"), item.OptionalText("publisher"), HttpsUrl(item))
        {
            Id = item.OptionalText("id"),
            Authors = item.OptionalText("authors"),
            Journal = item.OptionalText("journal"),
            Year = item.OptionalText("year"),
            Doi = item.OptionalText("doi"),
        };
        if (source.Publisher is null && source.Journal is null)
        {
            item.Problem("title", "A source has a \"journal\", for a study or a guideline, or a \"publisher\".");
        }

        return source;
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
