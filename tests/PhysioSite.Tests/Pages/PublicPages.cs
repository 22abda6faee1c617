using AngleSharp.Dom;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Pages;

/// <summary>Every page the public can read on the test day.</summary>
public static class PublicPages
{
    private static readonly string[] Loading = ["src", "srcset", "poster", "action", "formaction", "data"];

    public static SiteContent Content { get; } = new ContentLibrary(Site.ContentPath, NullLogger<ContentLibrary>.Instance).Current;

    public static Position Closed { get; } = Content.Positions.Single(position => !position.IsOpen(TestClock.Tuesday.UtcDateTime));

    public static IReadOnlyList<string> Paths { get; } =
    [
        "/", "/articles", "/clinics", "/careers", "/request-appointment",
        .. Content.Articles.Select(article => $"/articles/{article.Slug}"),
        .. Content.Clinics.Select(clinic => $"/clinics/{clinic.Slug}"),
        .. Content.OpenPositions(TestClock.Tuesday.UtcDateTime).Select(position => $"/careers/{position.Slug}"),
        .. Content.Pages.Select(page => $"/{page.Slug}"),
    ];

    public static TheoryData<string> All { get; } = [.. Paths];

    /// <summary>What a browser loads by itself, or sends a form to.</summary>
    public static IEnumerable<string> Loads(IParentNode page) => page
        .QuerySelectorAll("[src], [srcset], [poster], [action], [formaction], [data], [href]:not(a):not([rel=canonical])")
        .SelectMany(element => Loading.Select(element.GetAttribute).Append(element.LocalName == "a" ? null : element.GetAttribute("href")))
        .OfType<string>();
}
