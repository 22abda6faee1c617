using Microsoft.AspNetCore.Html;

namespace PhysioSite.Content.Model;

/// <summary>A second-level heading and its fragment identifier.</summary>
public sealed record Heading(string Id, string Text);

/// <summary>Markdown rendered once, when the content is read. Raw HTML in the source is rendered as text.</summary>
/// <param name="PlainText">The text without markup: one line per heading, paragraph, list item and table cell.</param>
/// <param name="Ids">The fragment identifiers of all headings.</param>
/// <param name="CallsToAction">The number of "::: appointment" blocks.</param>
public sealed record MarkdownText(
    IHtmlContent Html, string PlainText, IReadOnlyList<Heading> Headings, IReadOnlyList<string> Ids, int CallsToAction, int Words)
{
    /// <summary>The exercises that the text shows, in its order.</summary>
    public IReadOnlyList<AdvisedExercise> Exercises { get; init; } = [];

    public static readonly MarkdownText Empty = new(HtmlString.Empty, "", [], [], 0, 0);

    /// <summary>The text before the first second-level heading, and the rest.</summary>
    public (IHtmlContent Introduction, IHtmlContent Sections) Parts()
    {
        // Text cannot contain a tag, so this is the first heading.
        var html = Html.ToString() ?? "";
        var first = html.IndexOf("<h2", StringComparison.Ordinal);
        return first < 0 ? (Html, HtmlString.Empty) : (new HtmlString(html[..first]), new HtmlString(html[first..]));
    }
}
