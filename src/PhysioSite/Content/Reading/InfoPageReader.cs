using PhysioSite.Content.Reading.Sources;

namespace PhysioSite.Content.Reading;

internal static class InfoPageReader
{
    public static InfoPage Read(ContentFile file, IReadOnlyDictionary<string, CareCards> careCards)
    {
        var front = file.Front;
        var sources = SourceReader.ReadAll(front);
        var page = new InfoPage(
            file.Slug,
            front.OptionalTexts(ContentAliases.Key),
            front.Text("title"),
            file.Summary(),
            front.Date("updated"),
            file.Slug == InfoPage.SymptomsSlug ? front.Choice("careCards", careCards) : null,
            sources,
            file.Body(sources.Count > 0 ? sources : null));
        if (SitePaths.IsReserved(file.Slug))
        {
            front.Problem(null, $"The address /{file.Slug} is taken by another part of the site. Give the file another name.");
        }

        front.Finish();
        return page;
    }
}
