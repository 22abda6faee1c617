using Microsoft.AspNetCore.Html;

namespace PhysioSite.Content.Model;

/// <summary>A second-level heading and its fragment identifier.</summary>
public sealed record Heading(string Id, string Text);

/// <summary>What is known of a Markdown text before it is rendered.</summary>
/// <param name="Ids">The fragment identifiers of all headings.</param>
/// <param name="CallsToAction">The number of "::: appointment" blocks.</param>
internal sealed record MarkdownOutline(IReadOnlyList<string> Ids, int CallsToAction);

/// <summary>What a Markdown text was rendered to. Raw HTML in the source is rendered as text.</summary>
/// <param name="PlainText">The text without markup: one line per heading, paragraph, list item and table cell.</param>
/// <param name="Exercises">The exercises that the text shows, in its order.</param>
internal sealed record RenderedMarkdown(
    MarkdownOutline Outline,
    IHtmlContent Html,
    string PlainText,
    IReadOnlyList<Heading> Headings,
    int Words,
    IReadOnlyList<AdvisedExercise> Exercises);

/// <summary>
/// A Markdown text that is rendered when it is first used, and again when the memory of the result was needed for something else. Pages
/// are kept in memory, so most results are used once.
/// </summary>
public sealed class MarkdownText
{
    public static readonly MarkdownText Empty = new(() => new(new([], 0), HtmlString.Empty, "", [], 0, []));

    private readonly Func<RenderedMarkdown> _render;
    private readonly WeakReference<MarkdownOutline>? _outline;
    private volatile WeakReference<RenderedMarkdown>? _rendered;

    /// <param name="render">Returns the same result each time.</param>
    /// <param name="outline">Of a text that was parsed already.</param>
    internal MarkdownText(Func<RenderedMarkdown> render, MarkdownOutline? outline = null)
    {
        _render = render;
        _outline = outline is null ? null : new(outline);
    }

    public IHtmlContent Html => Rendered.Html;

    /// <inheritdoc cref="RenderedMarkdown.PlainText"/>
    public string PlainText => Rendered.PlainText;

    public IReadOnlyList<Heading> Headings => Rendered.Headings;

    /// <inheritdoc cref="MarkdownOutline.Ids"/>
    public IReadOnlyList<string> Ids => Outline.Ids;

    /// <inheritdoc cref="MarkdownOutline.CallsToAction"/>
    public int CallsToAction => Outline.CallsToAction;

    public int Words => Rendered.Words;

    /// <inheritdoc cref="RenderedMarkdown.Exercises"/>
    public IReadOnlyList<AdvisedExercise> Exercises => Rendered.Exercises;

    private MarkdownOutline Outline => _outline?.TryGetTarget(out var outline) == true ? outline : Rendered.Outline;

    private RenderedMarkdown Rendered
    {
        get
        {
            if (_rendered?.TryGetTarget(out var rendered) != true)
            {
                rendered = _render();
                _rendered = new(rendered);
            }

            return rendered!;
        }
    }

    /// <summary>The text before the first second-level heading, and the rest.</summary>
    public (IHtmlContent Introduction, IHtmlContent Sections) Parts()
    {
        // Text cannot contain a tag, so this is the first heading.
        var whole = Html;
        var html = whole.ToString() ?? "";
        var first = html.IndexOf("<h2", StringComparison.Ordinal);
        return first < 0 ? (whole, HtmlString.Empty) : (new HtmlString(html[..first]), new HtmlString(html[first..]));
    }
}
