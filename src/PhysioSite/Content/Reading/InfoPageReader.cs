using PhysioSite.Content.Model;
using PhysioSite.Content.Reading.Sources;

namespace PhysioSite.Content.Reading;

internal static class InfoPageReader
{
    public static InfoPage Read(
        ContentFile file, SiteProfile site, IReadOnlyDictionary<string, CareCards> careCards, IReadOnlyList<Clinic> clinics)
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
            front.OptionalText("service") is { } service ? site.Term(service) : null,
            file.Body(sources.Count > 0 ? sources : null));
        if (page.Service is not null && !clinics.Any(clinic => clinic.Services.Contains(page.Service)))
        {
            front.Problem("service", $"No clinic offers \"{page.Service}\". Write it as under services in the file of a clinic.");
        }

        if (SitePaths.IsReserved(file.Slug))
        {
            front.Problem(null, $"The address /{file.Slug} is taken by another part of the site. Give the file another name.");
        }

        front.Finish();
        return page;
    }
}
