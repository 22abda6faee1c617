using AngleSharp.Dom;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Content.Model;

namespace PhysioSite.Tests.Features;

/// <summary>Every public page on the date of the test clock.</summary>
public static class PublicPages
{
    private static readonly string[] Loading = ["src", "srcset", "poster", "action", "formaction", "data"];

    private static readonly ContentLibrary Library = new(Repository.ContentPath, NullLogger<ContentLibrary>.Instance);

    public static SiteContent Content => Library.English;

    public static SiteContent Spanish { get; } = Library.Languages.Single(content => content.Language.Code == "es");

    public static Position Closed { get; } = Content.Positions.Single(position => !position.IsOpen(TestClock.Tuesday.UtcDateTime));

    public static IReadOnlyList<string> Paths { get; } =
    [
        .. Library.Languages.SelectMany(In),
    ];

    /// <summary>The pages for a test that runs once for each page. Of the therapists, whose pages are alike, those of one clinic.</summary>
    public static TheoryData<string> All { get; } = [.. Paths.Where(IsTested)];

    private static IEnumerable<string> In(SiteContent content)
    {
        IEnumerable<string> paths =
        [
            "/", "/articles", "/clinics", "/careers", "/request-appointment",
            .. content.OpenPositions(TestClock.Tuesday.UtcDateTime).Select(position => $"/careers/{position.Slug}"),
            .. content.Articles.Select(article => $"/articles/{article.Slug}"),
            .. content.Clinics.Select(clinic => $"/clinics/{clinic.Slug}"),
            .. content.Therapists.Select(therapist => $"/therapists/{therapist.Slug}"),
            .. content.Areas.Select(page => $"/areas/{page.Area.Id}"),
            .. content.Pages.Select(page => $"/{page.Slug}"),
        ];
        return paths.Select(path => content.Language.Prefix + path);
    }

    private static bool IsTested(string path) =>
        !path.Contains("/therapists/", StringComparison.Ordinal)
        || Content.TherapistsAt(Content.FindClinic("oakland")!).Any(therapist => path.EndsWith(therapist.Slug, StringComparison.Ordinal));

    /// <summary>The URLs that a browser loads automatically or sends a form to.</summary>
    public static IEnumerable<string> Loads(IParentNode page) => page
        .QuerySelectorAll("[src], [srcset], [poster], [action], [formaction], [data], [href]:not(a):not([rel=canonical]):not([hreflang])")
        .SelectMany(element => Loading.Select(element.GetAttribute).Append(element.LocalName == "a" ? null : element.GetAttribute("href")))
        .OfType<string>();
}
