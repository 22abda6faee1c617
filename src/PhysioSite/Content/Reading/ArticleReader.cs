using PhysioSite.Content.Model;
using PhysioSite.Content.Reading.Sources;

namespace PhysioSite.Content.Reading;

internal static class ArticleReader
{
    public static Article Read(ContentFile file, SiteProfile site, IReadOnlyDictionary<string, CareCards> careCards)
    {
        var front = file.Front;
        var people = site.People.DistinctBy(person => person.Id).ToDictionary(person => person.Id);
        var sources = SourceReader.ReadAll(front);
        var article = new Article
        {
            Slug = file.Slug,
            Aliases = front.OptionalTexts(ContentAliases.Key),
            Title = front.Text("title"),
            Summary = SourceMarks.CheckPlain(front, "summary", file.Summary()),
            BodyAreas = front.Choices("bodyAreas", site.BodyAreas.DistinctBy(area => area.Id).ToDictionary(area => area.Id)),
            Author = front.Choice("author", people),
            ReviewedBy = front.Choice("reviewedBy", people),
            Published = front.Date("published"),
            Reviewed = front.Date("reviewed"),
            NextReview = front.Date("nextReview"),
            Conditions = front.OptionalTexts("conditions"),
            CareCards = front.Choice("careCards", careCards),
            Questions = front.OptionalSections("faq", item => new Question(
                SourceMarks.CheckPlain(item, "question", item.Text("question")),
                file.Markdown(item, "answer", sources))),
            Sources = sources,
            Body = file.Body(sources),
        };
        if (article.Author == article.ReviewedBy)
        {
            front.Problem("reviewedBy", "An article is reviewed by someone other than its author.");
        }

        if (article.NextReview > DateOnly.MinValue && article.NextReview <= article.Reviewed)
        {
            front.Problem("nextReview", "\"nextReview\" must be after \"reviewed\".");
        }

        if (article.Reviewed > DateOnly.MinValue && article.NextReview > article.Reviewed.AddYears(2))
        {
            front.Problem("nextReview", "\"nextReview\" must be within two years of \"reviewed\".");
        }

        if (!file.AreTextsKnown && article.Body.CallsToAction is < 2 or > 3)
        {
            front.Problem(
                null,
                $"An article has two or three \"::: appointment\" calls to action; this one has {article.Body.CallsToAction}.");
        }

        front.Finish();
        return article;
    }
}
