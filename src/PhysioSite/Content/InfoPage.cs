namespace PhysioSite.Content;

/// <summary>A page of its own text: about, privacy and so on.</summary>
public sealed record InfoPage(string Slug, string Title, string Summary, DateOnly Updated, CareCards? CareCards, MarkdownText Body)
{
    /// <summary>The page of signs, which has care cards.</summary>
    public const string SymptomsSlug = "should-i-see-someone";

    /// <summary>Every page the site links to, so each must exist.</summary>
    public static readonly IReadOnlyList<string> Slugs = ["about", "first-visit", "virtual-care", "privacy", "accessibility", SymptomsSlug];

    internal static InfoPage Read(ContentFile file)
    {
        var front = file.Front;
        var page = new InfoPage(
            file.Slug,
            front.Text("title"),
            file.Summary(),
            front.Date("updated"),
            file.Slug == SymptomsSlug ? CareCards.Read(front) : null,
            file.Body());
        if (!Slugs.Contains(file.Slug))
        {
            front.Problem(null, $"The site has no page of this name. Its pages are: {string.Join(", ", Slugs)}.");
        }

        front.Finish();
        return page;
    }
}
