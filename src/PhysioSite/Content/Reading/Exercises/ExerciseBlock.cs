using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Markdig.Extensions.CustomContainers;
using PhysioSite.Content.Model;

namespace PhysioSite.Content.Reading.Exercises;

/// <summary>
/// The block "::: exercises" of a text: a list with the name of an exercise of <c>exercises.yml</c>, a colon and the dose. Sentences after
/// the dose are a note for this text.
/// </summary>
internal static class ExerciseBlock
{
    public const string Info = "exercises";

    /// <summary>Whether the text of a file has such a block, before it is parsed.</summary>
    public static bool IsIn(string text) => text.Contains($"\n::: {Info}\n", StringComparison.Ordinal);

    /// <param name="exercises">By name. Null where a text cannot have exercises.</param>
    /// <param name="report">Called for each problem with its line and a message.</param>
    /// <returns>The exercises of each block, in the order of the text.</returns>
    public static IReadOnlyDictionary<CustomContainer, IReadOnlyList<AdvisedExercise>> ReadAll(
        MarkdownDocument document, IReadOnlyDictionary<string, Exercise>? exercises, Action<int, string> report)
    {
        var blocks = new Dictionary<CustomContainer, IReadOnlyList<AdvisedExercise>>();
        foreach (var block in document.Descendants<CustomContainer>().Where(block => block.Info == Info))
        {
            if (exercises is null)
            {
                report(block.Line, $"\"::: {Info}\" belongs in the text below the front matter.");
            }

            blocks[block] = [.. Lines(block, report).Select(line => Read(line, exercises ?? Nothing, report)).OfType<AdvisedExercise>()];
        }

        return blocks;
    }

    /// <summary>Reads "3 sets of 12. Keep the knee over the foot." into the dose and the note.</summary>
    public static AdvisedExercise Advise(Exercise exercise, string text)
    {
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? new(exercise, text.TrimEnd('.'), "") : new(exercise, text[..end], text[(end + 2)..].Trim());
    }

    /// <summary>What is wrong with the name of an exercise.</summary>
    public static string Unknown(string name, IEnumerable<string> known) =>
        $"There is no exercise \"{name}\" in exercises.yml. Use one of: {string.Join(", ", known)}.";

    private static readonly Dictionary<string, Exercise> Nothing = [];

    private static List<(int Line, string Text)> Lines(CustomContainer block, Action<int, string> report)
    {
        var lines = new List<(int, string)>();
        foreach (var child in block)
        {
            if (child is ListBlock list)
            {
                lines.AddRange(list.Cast<ListItemBlock>().Select(item => (item.Line, PlainText(item))));
            }
            else
            {
                report(child.Line, $"\"::: {Info}\" has a list only: \"- heel-raise: 3 sets of 12\".");
            }
        }

        if (lines.Count == 0)
        {
            report(block.Line, $"\"::: {Info}\" has no exercise. Write \"- heel-raise: 3 sets of 12\".");
        }

        return lines;
    }

    private static AdvisedExercise? Read(
        (int Line, string Text) item, IReadOnlyDictionary<string, Exercise> exercises, Action<int, string> report)
    {
        var colon = item.Text.IndexOf(':');
        var name = (colon < 0 ? item.Text : item.Text[..colon]).Trim();
        if (!exercises.TryGetValue(name, out var exercise))
        {
            report(item.Line, Unknown(name, exercises.Keys));
            return null;
        }

        var dose = colon < 0 ? "" : item.Text[(colon + 1)..].Trim();
        if (dose.Length == 0)
        {
            report(item.Line, $"Write how often after \"{name}:\", like \"- {name}: 3 sets of 12\".");
        }

        return Advise(exercise, dose);
    }

    private static string PlainText(ListItemBlock item) => string.Concat(item.Descendants<LeafBlock>()
        .SelectMany(block => block.Inline?.Descendants() ?? [])
        .Select(part => part switch
        {
            LiteralInline literal => literal.ToString(),
            LineBreakInline => " ",
            _ => "",
        }));
}
