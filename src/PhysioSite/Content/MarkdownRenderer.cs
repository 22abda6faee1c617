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

namespace PhysioSite.Content;

/// <summary>CommonMark with tables and the "::: appointment" block, and nothing that could carry HTML.</summary>
internal static class MarkdownRenderer
{
    private const string AppointmentBlock = "appointment";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseCustomContainers()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .DisableHtml()
        .Build();

    /// <param name="slug">Name of the article that calls to action carry to the form.</param>
    /// <param name="report">Called with the zero-based line below the start of the text, and what is wrong there.</param>
    /// <param name="onLink">Called with each link's line and target.</param>
    public static MarkdownText Render(string markdown, string slug, Action<int, string> report, Action<int, string> onLink)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        Check(document, report, onLink);

        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlCustomContainerRenderer>(new AppointmentRenderer(slug));
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new ScrollingTableRenderer());
        renderer.Render(document);

        var headings = document.Descendants<HeadingBlock>().Where(heading => heading.Level == 2)
            .Select(heading => new Heading(heading.GetAttributes().Id ?? "", PlainText(heading.Inline)))
            .ToList();
        var words = document.Descendants<LiteralInline>().Sum(literal => literal.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
        return new MarkdownText(new HtmlString(writer.ToString()), headings, document.Descendants<CustomContainer>().Count(), words);
    }

    private static void Check(MarkdownDocument document, Action<int, string> report, Action<int, string> onLink)
    {
        foreach (var heading in document.Descendants<HeadingBlock>().Where(heading => heading.Level == 1))
        {
            report(heading.Line, "The title is the page's only first-level heading. Start with \"##\".");
        }

        foreach (var block in document.Descendants<CustomContainer>())
        {
            if (block.Info != AppointmentBlock)
            {
                report(block.Line, $"\":::{block.Info}\" is not known. The only block is \"::: {AppointmentBlock} words of the button\".");
            }
            else if (string.IsNullOrWhiteSpace(block.Arguments))
            {
                report(block.Line, $"Write the words of the button: \"::: {AppointmentBlock} Request an appointment\".");
            }
        }

        foreach (var link in document.Descendants<LinkInline>())
        {
            if (link.IsImage && string.IsNullOrWhiteSpace(PlainText(link)))
            {
                report(link.Line, $"The picture {link.Url} needs a text alternative between the square brackets.");
            }

            onLink(link.Line, link.Url ?? "");
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(link => !link.IsEmail))
        {
            onLink(link.Line, link.Url);
        }
    }

    private static string PlainText(ContainerInline? inline) => inline is null
        ? ""
        : string.Concat(inline.Descendants().Select(part => part switch
        {
            LiteralInline literal => literal.ToString(),
            CodeInline code => code.Content,
            LineBreakInline => " ",
            _ => "",
        }));

    private sealed class AppointmentRenderer(string slug) : HtmlObjectRenderer<CustomContainer>
    {
        protected override void Write(HtmlRenderer renderer, CustomContainer block)
        {
            renderer.Write("<div class=\"call-to-action\">").WriteLine();
            renderer.WriteChildren(block);
            renderer.Write("<p><a class=\"button\" href=\"/request-appointment?from=").WriteEscapeUrl(slug).Write("\">");
            renderer.WriteEscape(block.Arguments ?? "").Write("</a></p></div>").WriteLine();
        }
    }

    /// <summary>A table that scrolls inside itself on a narrow screen, can be reached by keyboard, and has headers on both sides.</summary>
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
            renderer.Write("<div class=\"table-scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table ").Write(number.ToString(CultureInfo.InvariantCulture));
            renderer.Write(": ").WriteEscape(PlainText(above?.Inline)).Write("\"><table>").WriteLine();
            foreach (var row in table.Cast<TableRow>())
            {
                renderer.Write(row.IsHeader ? "<thead><tr>" : row == table.Cast<TableRow>().First(other => !other.IsHeader) ? "<tbody><tr>" : "<tr>");
                for (var i = 0; i < row.Count; i++)
                {
                    var (open, close) = row.IsHeader ? ("<th scope=\"col\">", "</th>") : i == 0 ? ("<th scope=\"row\">", "</th>") : ("<td>", "</td>");
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
