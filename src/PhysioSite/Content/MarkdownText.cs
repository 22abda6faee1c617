using Microsoft.AspNetCore.Html;

namespace PhysioSite.Content;

/// <summary>A second-level heading of a text and the fragment that leads to it.</summary>
public sealed record Heading(string Id, string Text);

/// <summary>Markdown, rendered once when the content is read. Raw HTML in the source was shown as text.</summary>
/// <param name="PlainText">The words alone: a line for each heading, paragraph, item of a list and cell of a table.</param>
/// <param name="CallsToAction">How many "::: appointment" blocks the text has.</param>
public sealed record MarkdownText(IHtmlContent Html, string PlainText, IReadOnlyList<Heading> Headings, int CallsToAction, int Words)
{
    public static readonly MarkdownText Empty = new(HtmlString.Empty, "", [], 0, 0);
}
