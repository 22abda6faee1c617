using PhysioSite.Content.Reading;

namespace PhysioSite.Content;

/// <summary>A standalone information page, for example "about" or "privacy".</summary>
public sealed record InfoPage(string Slug, string Title, string Summary, DateOnly Updated, CareCards? CareCards, MarkdownText Body)
{
    /// <summary>The slug of the page about warning signs, which has care cards.</summary>
    public const string SymptomsSlug = "should-i-see-someone";

    /// <summary>Pages that must exist because the site links to them.</summary>
    public static readonly IReadOnlyList<string> Required = ["about", "first-visit", "virtual-care", "privacy", "accessibility", SymptomsSlug];

    /// <summary>Reserved URL path segments.</summary>
    private static readonly string[] Taken = ["articles", "clinics", "careers", "images", "request-appointment", "requests", "search", "staff", "error", "healthz"];

    internal static InfoPage Read(ContentFile file, IReadOnlyDictionary<string, CareCards> careCards)
    {
        var front = file.Front;
        var page = new InfoPage(
            file.Slug,
            front.Text("title"),
            file.Summary(),
            front.Date("updated"),
            file.Slug == SymptomsSlug ? front.Choice("careCards", careCards) : null,
            file.Body());
        if (Taken.Contains(file.Slug) || file.Slug.Length == 2)
        {
            front.Problem(null, $"The address /{file.Slug} is taken by another part of the site. Give the file another name.");
        }

        front.Finish();
        return page;
    }
}
