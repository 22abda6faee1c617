using System.Text.RegularExpressions;
using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using PhysioSite.Content.Model;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Content.Reading.Sources;

/// <summary>
/// Marks in a text that refer to one of its sources: <c>[^fradkin-2010]</c> becomes a link to the source in the list of the page. A
/// sentence with a percentage or with what a study found needs the mark of a study or a guideline.
/// </summary>
internal sealed partial class SourceMarks : IMarkdownExtension
{
    /// <summary>Gives the marks of a text the positions of their sources in the list.</summary>
    public static void Number(MarkdownDocument document, IReadOnlyList<Source>? sources) => Number(document, sources, _ => { });

    /// <summary>Checks the marks of a text, and that no sentence needs a mark it does not have.</summary>
    public static void Check(MarkdownDocument document, IReadOnlyList<Source>? sources, Action<int, string> report)
    {
        Number(document, sources, mark =>
            report(mark.Line, $"\"[^{mark.Id}]\" refers to no source. Add a source with the id \"{mark.Id}\" under \"sources\"."));
        if (sources is null)
        {
            return;
        }

        foreach (var block in document.Descendants<LeafBlock>().Where(block => block.Inline is not null))
        {
            var text = string.Concat(block.Inline!.Descendants().Select(part => part switch
            {
                LiteralInline literal => literal.ToString(),
                SourceMark mark when IsStudy(mark) => StudyMark,
                LineBreakInline => " ",
                _ => "",
            }));
            if (!HasClaim(text))
            {
                continue;
            }

            var unmarked = Sentences().Split(text)
                .Where(sentence => HasClaim(sentence) && !sentence.Contains(StudyMark, StringComparison.Ordinal));
            foreach (var sentence in unmarked)
            {
                report(
                    block.Line,
                    $"\"{Shortened(sentence)}\" has a percentage or what a study found. Name the study or guideline under \"sources\", "
                    + "with an id, and put its mark, like [^fradkin-2010], at the end of the sentence.");
            }
        }

        bool IsStudy(SourceMark mark) => mark.Number <= sources.Count && sources[mark.Number - 1].Journal is not null;
    }

    /// <summary>Checks a text that cannot have marks.</summary>
    /// <returns>The text.</returns>
    public static string CheckPlain(FrontMatter front, string key, string text)
    {
        if (HasClaim(text))
        {
            front.Problem(key, $"\"{key}\" has a percentage or what a study found. Write it in the text, with the mark of its source.");
        }

        return text;
    }

    public void Setup(MarkdownPipelineBuilder pipeline) => pipeline.InlineParsers.Insert(0, new SourceMarkParser());

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer) =>
        ((HtmlRenderer)renderer).ObjectRenderers.Add(new SourceMarkRenderer());

    private const string StudyMark = "\u2020";

    private static string Shortened(string sentence) => sentence.Length <= 60 ? sentence : sentence[..60] + "…";

    private static void Number(MarkdownDocument document, IReadOnlyList<Source>? sources, Action<SourceMark> onUnknown)
    {
        foreach (var mark in document.Descendants<SourceMark>())
        {
            mark.Number = (sources ?? []).TakeWhile(source => source.Id != mark.Id).Count() + 1;
            if (mark.Number > (sources?.Count ?? 0))
            {
                onUnknown(mark);
            }
        }
    }

    /// <summary>The gaps between sentences. A mark after the period belongs to the sentence before it.</summary>
    [GeneratedRegex(@"(?<=[.!?]['""’”»)]?\u2020*)\s+")]
    private static partial Regex Sentences();

    /// <summary>Whether a text has a percentage or what a study found.</summary>
    private static bool HasClaim(string text) =>
        text.Contains('%', StringComparison.Ordinal) || Claim().IsMatch(text) || GuidelineInSpanish().IsMatch(text);

    /// <summary>Each word begins with three or more ASCII letters, for which .NET searches many characters at once.</summary>
    [GeneratedRegex(
        @"\b(?:percent|study|studies|trials?|researchers?|meta-analys[ei]s|guidelines?"
        + @"|por ciento|estudios?(?! de imagen)|ensayos? clínicos?|investigador(?:es)?|metaanálisis)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Claim();

    [GeneratedRegex(@"\bguías? clínicas?\b", RegexOptions.IgnoreCase)]
    private static partial Regex GuidelineInSpanish();

    [GeneratedRegex(@"\G\[\^([a-z0-9-]+)\]")]
    private static partial Regex Mark();

    private sealed class SourceMark(string id) : LeafInline
    {
        public string Id { get; } = id;

        /// <summary>The position of the source in the list, from 1.</summary>
        public int Number { get; set; }
    }

    private sealed class SourceMarkParser : InlineParser
    {
        public SourceMarkParser()
        {
            OpeningCharacters = ['['];
        }

        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            if (Mark().Match(slice.Text, slice.Start) is not { Success: true } match || match.Index + match.Length > slice.End + 1)
            {
                return false;
            }

            processor.Inline = new SourceMark(match.Groups[1].Value)
            {
                Line = processor.LineIndex,
                Span = new(processor.GetSourcePosition(slice.Start), processor.GetSourcePosition(slice.Start + match.Length - 1)),
            };
            slice.Start += match.Length;
            return true;
        }
    }

    private sealed class SourceMarkRenderer : HtmlObjectRenderer<SourceMark>
    {
        protected override void Write(HtmlRenderer renderer, SourceMark mark)
        {
            renderer.Write($"<sup><a href=\"#source-{mark.Number}\" aria-label=\"").WriteEscape(Localize($"Source {mark.Number}"));
            renderer.Write($"\">[{mark.Number}]</a></sup>");
        }
    }
}
