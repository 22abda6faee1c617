using System.Globalization;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.CustomContainers;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Html;
using PhysioSite.Content.Model;
using PhysioSite.Content.Reading.Exercises;
using PhysioSite.Content.Reading.Sources;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Content.Reading;

/// <summary>
/// Checks and renders CommonMark with tables and the blocks "::: appointment", "::: do", "::: dont" and "::: exercises". Extensions that
/// could emit raw HTML are not enabled.
/// </summary>
internal static class MarkdownRenderer
{
    private const string AppointmentBlock = "appointment";
    private const string DoBlock = "do";
    private const string DoNotBlock = "dont";

    private static readonly MarkdownPipeline Pipeline = Blocks().DisableHtml().Build();

    /// <summary>Recognizes HTML, for the check only.</summary>
    private static readonly MarkdownPipeline WithHtml = Blocks().Build();

    /// <summary>Parses a text to find its problems. It is rendered later, when a page needs it.</summary>
    /// <param name="sources">The sources of the text, or null for a text that needs none.</param>
    /// <param name="exercises">The exercises that the text may show, by name. Null when it may show none.</param>
    /// <param name="report">Called for each problem with its line, zero-based from the start of the text, and a message.</param>
    /// <param name="onLink">Called for each link and picture with its line, its target and whether it is a picture.</param>
    public static MarkdownOutline Check(
        string markdown,
        IReadOnlyList<Source>? sources,
        IReadOnlyDictionary<string, Exercise>? exercises,
        Action<int, string> report,
        Action<int, string, bool> onLink)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        Check(document, report, onLink);
        CheckHtml(markdown, report);
        SourceMarks.Check(document, sources, report);
        ExerciseBlock.ReadAll(document, exercises, report);
        return Outline(document);
    }

    /// <param name="slug">The slug of the article, passed to the request form by calls to action.</param>
    /// <param name="sources">The sources of the text, or null for a text that needs none.</param>
    /// <param name="exercises">The exercises that the text may show, by name. Null when it may show none.</param>
    /// <param name="plan">The address of the page to print with the exercises of the text. Null when there is none.</param>
    /// <param name="addressOf">Maps a link as written to its URL in the language of the text.</param>
    /// <param name="pictureAt">Finds the picture at an address. Null when there is none that can be shown.</param>
    public static RenderedMarkdown Render(
        string markdown,
        string slug,
        IReadOnlyList<Source>? sources,
        IReadOnlyDictionary<string, Exercise>? exercises,
        string? plan,
        Func<string, string> addressOf,
        Func<string, ContentPicture?> pictureAt)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        SourceMarks.Number(document, sources);
        var advised = ExerciseBlock.ReadAll(document, exercises, (_, _) => { });
        foreach (var link in document.Descendants<LinkInline>())
        {
            if (link.IsImage)
            {
                link.GetAttributes().AddProperty("loading", "lazy");
                Show(link, pictureAt(link.Url ?? ""));
            }
            else
            {
                link.Url = addressOf(link.Url ?? "");
            }
        }

        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlCustomContainerRenderer>(
            new BlockRenderer($"{addressOf(SitePaths.RequestAppointment)}?from={slug}", advised, plan));
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new ScrollingTableRenderer());
        renderer.ObjectRenderers.ReplaceOrAdd<ParagraphRenderer>(new FigureRenderer());
        renderer.Render(document);

        var headings = document.Descendants<HeadingBlock>().Where(heading => heading.Level == 2)
            .Select(heading => new Heading(heading.GetAttributes().Id ?? "", PlainText(heading.Inline)))
            .ToList();
        var words = document.Descendants<LiteralInline>()
            .Sum(literal => literal.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
        var named = advised.Keys.SelectMany(block => block.Descendants<LeafBlock>()).ToHashSet<Block>();
        var plainText = string.Join('\n', document.Descendants<LeafBlock>()
            .Where(block => !named.Contains(block))
            .Select(block => block is CodeBlock code ? code.Lines.ToString() : PlainText(block.Inline))
            .Concat(advised.Values.SelectMany(block => block).Select(exercise => exercise.PlainText)));
        return new RenderedMarkdown(
            Outline(document),
            new HtmlString(writer.ToString()),
            plainText,
            headings,
            words,
            [.. advised.Values.SelectMany(block => block)]);
    }

    private static MarkdownOutline Outline(MarkdownDocument document) => new(
        [.. document.Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id).OfType<string>()],
        document.Descendants<CustomContainer>().Count(block => block.Info == AppointmentBlock));

    private static void Show(LinkInline link, ContentPicture? picture)
    {
        if (picture is { Width: > 0 })
        {
            var attributes = link.GetAttributes();
            attributes.AddProperty("width", picture.Width.ToString(CultureInfo.InvariantCulture));
            attributes.AddProperty("height", picture.Height.ToString(CultureInfo.InvariantCulture));
            link.Url = picture.Address;
            if (picture.Sources is not null)
            {
                attributes.AddProperty("srcset", picture.Sources);
                attributes.AddProperty("sizes", "(min-width: 44rem) 42rem, 100vw");
            }
        }
    }

    private static MarkdownPipelineBuilder Blocks() => new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseCustomContainers()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .Use<SourceMarks>();

    private static void Check(MarkdownDocument document, Action<int, string> report, Action<int, string, bool> onLink)
    {
        foreach (var heading in document.Descendants<HeadingBlock>().Where(heading => heading.Level == 1))
        {
            report(heading.Line, "The title is the page's only first-level heading. Start with \"##\".");
        }

        foreach (var block in document.Descendants<CustomContainer>())
        {
            if (block.Info is not (AppointmentBlock or DoBlock or DoNotBlock or ExerciseBlock.Info))
            {
                report(
                    block.Line,
                    $"\":::{block.Info}\" is not known. The blocks are \"::: {AppointmentBlock} words of the button\", "
                    + $"\"::: {DoBlock}\", \"::: {DoNotBlock}\" and \"::: {ExerciseBlock.Info}\".");
            }
            else if (block.Info == AppointmentBlock && string.IsNullOrWhiteSpace(block.Arguments))
            {
                report(block.Line, $"Write the words of the button: \"::: {AppointmentBlock} Request an appointment\".");
            }
        }

        foreach (var inline in document.Descendants<Inline>())
        {
            if (inline is AutolinkInline { IsEmail: false } address)
            {
                onLink(address.Line, address.Url, false);
            }
            else if (inline is LinkInline link)
            {
                CheckLink(link, report);
                onLink(link.Line, link.Url ?? "", link.IsImage);
            }
        }
    }

    private static void CheckLink(LinkInline link, Action<int, string> report)
    {
        if (link.IsImage && string.IsNullOrWhiteSpace(PlainText(link)))
        {
            report(link.Line, $"The picture {link.Url} needs a text alternative between the square brackets.");
        }

        if (link.IsImage && !(link.Url ?? "").StartsWith("/images/", StringComparison.Ordinal))
        {
            report(link.Line, $"The picture {link.Url} is not shown. Put it in the folder images and write /images/name.svg.");
        }
    }

    /// <summary>Reports HTML, which readers see as text.</summary>
    private static void CheckHtml(string markdown, Action<int, string> report)
    {
        if (!markdown.Contains('<', StringComparison.Ordinal))
        {
            return;
        }

        var document = Markdown.Parse(markdown, WithHtml);
        foreach (var (line, html) in document.Descendants<HtmlBlock>().Select(block => (block.Line, block.Lines.ToString()))
            .Concat(document.Descendants<HtmlInline>().Select(inline => (inline.Line, inline.Tag))))
        {
            report(line, html.TrimStart().StartsWith("<!--", StringComparison.Ordinal)
                ? "A comment between \"<!--\" and \"-->\" is shown to readers. Remove it."
                : $"The HTML \"{html.Trim().Split('\n')[0]}\" is shown to readers as text. Write Markdown; a picture is "
                    + "![What it shows](/images/name.svg).");
        }
    }

    private static string PlainText(ContainerInline? inline) => inline is null
        ? ""
        : string.Concat(inline.Descendants().Select(part => part switch
        {
            LiteralInline literal => literal.ToString(),
            CodeInline code => code.Content,
            HtmlEntityInline entity => entity.Transcoded.ToString(),
            AutolinkInline link => link.Url,
            LineBreakInline => " ",
            _ => "",
        }));

    private sealed class BlockRenderer(
        string requestAddress, IReadOnlyDictionary<CustomContainer, IReadOnlyList<AdvisedExercise>> exercises, string? plan)
        : HtmlObjectRenderer<CustomContainer>
    {
        protected override void Write(HtmlRenderer renderer, CustomContainer block)
        {
            if (exercises.TryGetValue(block, out var advised))
            {
                renderer.Write(ExerciseFigures.Write(advised).ToString());
                if (plan is not null && block == exercises.Keys.Last())
                {
                    renderer.Write("<p class=\"to-plan\"><a href=\"").WriteEscapeUrl(plan).Write("\">");
                    renderer.WriteEscape(Localize($"My plan: print these exercises")).Write("</a></p>").WriteLine();
                }

                return;
            }

            if (block.Info == AppointmentBlock)
            {
                renderer.Write("<div class=\"call-to-action\">").WriteLine();
                renderer.WriteChildren(block);
                renderer.Write("<p><a class=\"button\" href=\"").WriteEscapeUrl(requestAddress).Write("\">");
                renderer.WriteEscape(block.Arguments ?? "").Write("</a></p></div>").WriteLine();
                return;
            }

            var (kind, title) = block.Info == DoBlock ? ("do", Localize($"Do")) : ("dont", Localize($"Don’t"));
            var level = block.Parent!.OfType<HeadingBlock>().Any(heading => heading.Line < block.Line) ? "h3" : "h2";
            renderer.Write($"<div class=\"advice {kind}\"><{level}>").WriteEscape(title).Write($"</{level}>").WriteLine();
            renderer.WriteChildren(block);
            renderer.Write("</div>").WriteLine();
        }
    }

    /// <summary>Renders a paragraph that has only pictures as figures. The title of a picture is its caption.</summary>
    private sealed class FigureRenderer : ParagraphRenderer
    {
        protected override void Write(HtmlRenderer renderer, ParagraphBlock block)
        {
            var pictures = block.Inline?.OfType<LinkInline>().Where(link => link.IsImage).ToList() ?? [];
            if (pictures.Count == 0 || !block.Inline!.All(part => part is LinkInline { IsImage: true } or LineBreakInline))
            {
                base.Write(renderer, block);
                return;
            }

            renderer.Write("<div class=\"figures\">").WriteLine();
            foreach (var picture in pictures)
            {
                var caption = picture.Title;
                picture.Title = null;
                renderer.Write("<figure>").Write(picture);
                if (!string.IsNullOrWhiteSpace(caption))
                {
                    var (name, rest) = caption.Split(": ", 2) is [var before, var after] ? (before, after) : (caption, "");
                    renderer.Write("<figcaption><strong>").WriteEscape(name).Write("</strong> ").WriteEscape(rest).Write("</figcaption>");
                }

                renderer.Write("</figure>").WriteLine();
            }

            renderer.Write("</div>").WriteLine();
        }
    }

    /// <summary>
    /// Renders a table that scrolls horizontally when it is too wide, is focusable by keyboard, and has row and column headers. The first
    /// column stays in place while the others scroll.
    /// </summary>
    private sealed class ScrollingTableRenderer : HtmlObjectRenderer<Table>
    {
        protected override void Write(HtmlRenderer renderer, Table table)
        {
            var document = table.Parent;
            while (document is not MarkdownDocument)
            {
                document = document!.Parent;
            }

            var number = document.Descendants<Table>().TakeWhile(other => other != table).Count() + 1;
            var above = document.Descendants<HeadingBlock>().LastOrDefault(heading => heading.Line < table.Line);
            var isWide = table.Cast<TableRow>().First().Count > 2;
            renderer.Write("<div class=\"table-scroll\" role=\"region\" tabindex=\"0\" data-scrolls aria-label=\"");
            renderer.WriteEscape(Localize($"Table {number}: {PlainText(above?.Inline)}"))
                .Write($"\"><table{(isWide ? " class=\"wide-table\"" : "")}>")
                .WriteLine();
            foreach (var row in table.Cast<TableRow>())
            {
                renderer.Write(row.IsHeader ? "<thead><tr>"
                    : row == table.Cast<TableRow>().First(other => !other.IsHeader) ? "<tbody><tr>"
                    : "<tr>");
                for (var i = 0; i < row.Count; i++)
                {
                    var (open, close) = row.IsHeader ? ("<th scope=\"col\">", "</th>")
                        : i == 0 ? ("<th scope=\"row\">", "</th>")
                        : ("<td>", "</td>");
                    renderer.Write(open);
                    var implicitParagraph = renderer.ImplicitParagraph;
                    renderer.ImplicitParagraph = true;
                    renderer.Write((TableCell)row[i]);
                    renderer.ImplicitParagraph = implicitParagraph;
                    renderer.Write(close);
                }

                renderer.Write(row.IsHeader ? "</tr></thead>" : "</tr>").WriteLine();
            }

            renderer.Write(table.Cast<TableRow>().Any(row => !row.IsHeader) ? "</tbody></table></div>" : "</table></div>").WriteLine();
        }
    }
}
