using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Content;

/// <summary>
/// The Flesch-Kincaid grade of the prose of a content file: 0.39 words per sentence + 11.8 syllables per word - 15.59. Syllables are
/// counted as groups of vowels, without a silent ending. Tables, headings, block marks, pictures and front matter are left out.
/// </summary>
internal static partial class ReadingGrade
{
    public static double Of(string file)
    {
        var body = file.Split("---", 3)[2];
        body = Link().Replace(Picture().Replace(body, ""), "$1");
        var lines = body.Split('\n')
            .Where(line => line.Length > 0 && line[0] is not ('|' or '#' or ':'))
            .Select(line => ListMark().Replace(line, "").Replace("*", "", StringComparison.Ordinal).Trim())
            .Where(line => line.Length > 0)
            .Select(line => line[^1] is '.' or '!' or '?' or ':' ? line : line + ".");
        var text = string.Join(' ', lines);
        var words = Word().Matches(text).Select(match => match.Value).ToList();
        var sentences = SentenceEnd().Count(text);
        return (0.39 * words.Count / sentences) + (11.8 * words.Sum(Syllables) / words.Count) - 15.59;
    }

    private static int Syllables(string word) =>
        word.Length <= 3 ? 1 : Math.Max(1, Vowels().Count(SilentEnding().Replace(word.ToLowerInvariant(), "")));

    [GeneratedRegex(@"!\[[^\]]*\]\([^)]*\)|\[\^[^\]]*\]")]
    private static partial Regex Picture();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\s*(?:[-*]|\d+\.)\s+")]
    private static partial Regex ListMark();

    [GeneratedRegex(@"[A-Za-z][A-Za-z'’-]*|\d[\d,.]*\d|\d")]
    private static partial Regex Word();

    [GeneratedRegex(@"[.!?:](?:\s|$)")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"(?:[^laeiouy]es|ed|[^laeiouy]e)$")]
    private static partial Regex SilentEnding();

    [GeneratedRegex("[aeiouy]{1,2}")]
    private static partial Regex Vowels();
}
