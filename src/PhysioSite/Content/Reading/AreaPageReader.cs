using PhysioSite.Content.Model;
using PhysioSite.Content.Reading.Sources;

namespace PhysioSite.Content.Reading;

internal static class AreaPageReader
{
    private const int ExercisesShown = 2;

    public static AreaPage Read(ContentFile file, SiteProfile site, IReadOnlyDictionary<string, CareCards> careCards)
    {
        var front = file.Front;
        var sources = SourceReader.ReadAll(front);
        var area = site.FindBodyArea(file.Slug);
        if (area is null)
        {
            front.Problem(
                null,
                $"There is no body area \"{file.Slug}\" in site.yml. Name the file after one of: "
                + $"{string.Join(", ", site.BodyAreas.Select(other => other.Id))}.");
        }

        var page = new AreaPage
        {
            Area = area ?? site.BodyAreas[0],
            Aliases = front.OptionalTexts(ContentAliases.Key),
            Title = front.Text("title"),
            Summary = SourceMarks.CheckPlain(front, "summary", file.Summary()),
            ReviewedBy = front.Choice("reviewedBy", site.People.DistinctBy(person => person.Id).ToDictionary(person => person.Id)),
            Reviewed = front.Date("reviewed"),
            NextReview = front.Date("nextReview"),
            CareCards = front.Choice("careCards", careCards),
            Exercises = file.Exercises("exercises"),
            Specialties = [.. front.Texts("specialties").Select(site.Term)],
            Sources = sources,
            Body = file.Body(sources),
        };
        if (page.Exercises.Count is > 0 and not ExercisesShown)
        {
            front.Problem("exercises", $"A page of a body area has {ExercisesShown} exercises; this one has {page.Exercises.Count}.");
        }

        if (page.Reviewed > DateOnly.MinValue && (page.NextReview <= page.Reviewed || page.NextReview > page.Reviewed.AddYears(2)))
        {
            front.Problem("nextReview", "\"nextReview\" must be after \"reviewed\", by two years at most.");
        }

        if (page.Body.CallsToAction > 0)
        {
            front.Problem(null, "The page has a button to request an appointment. Remove \"::: appointment\" from the text.");
        }

        front.Finish();
        return page;
    }
}
