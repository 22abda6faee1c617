using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Localization;

/// <summary>
/// What patients and staff read in English is American English: "email" and not "mail", "November 24" and not "24 November", and none
/// of the phrases that read like a translation.
/// </summary>
public sealed partial class EnglishWordsTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src", "PhysioSite");

    /// <summary>The texts of pages, emails, commands and content, with their file.</summary>
    private static readonly IReadOnlyList<(string File, string Text)> Texts =
    [
        .. FilesIn(Source, "*.cs").SelectMany(file => Literal().Matches(Comment().Replace(File.ReadAllText(file), ""))
            .Select(match => (file, match.Value))
            .Where(literal => literal.Value.Contains(' ', StringComparison.Ordinal))),
        .. FilesIn(Source, "*.cshtml").Select(file => (file, File.ReadAllText(file))),
        .. FilesIn(Repository.ContentPath, "*.md").Concat(FilesIn(Repository.ContentPath, "*.yml"))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}es{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && Path.GetFileName(file) != "synonyms.yml")
            .Select(file => (file, File.ReadAllText(file))),
    ];

    public static TheoryData<string> Refused { get; } =
    [
        @"(?<![/.])\b[Mm]ails?\b(?! servers?\b| folder\b)",
        @"\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December)\b",
        @"\bd MMMM\b",
        "(?i)times that suit|would suit you|no other wish|how asking works|you come from|for someone i care for",
        @"(?i)\bhas it[.,]|is doing, or|taken (it|this) up|in one piece|too much at once|written it down|getting in\b|step-free",
        "(?i)where you can be|different hours soon|name in letters|apply by mail|waits since|nothing said|reach by|>keeping<",
        @"(?i)\bwithdraw (my|your|the|this) request|you have withdrawn|signs? in anew|what came of it|whoever runs",
        "(?i)(clinic|patient|nobody) (is|was|are) written to",
    ];

    [Fact]
    public void Texts_OfTheSite_AreFound()
    {
        Assert.True(Texts.Count > 500, $"{Texts.Count} texts");
        Assert.Contains(Texts, text => text.Text.Contains("Preferred times", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Texts_InEnglish_HaveNoneOfThesePhrases(string pattern)
    {
        var found = Texts.SelectMany(text => Regex.Matches(text.Text, pattern).Select(match =>
            $"{Path.GetRelativePath(Repository.Root, text.File)}: {Around(text.Text, match)}"));

        Assert.Empty(found);
    }

    private static string Around(string text, Match match)
    {
        var start = Math.Max(0, match.Index - 30);
        return text[start..Math.Min(text.Length, match.Index + match.Length + 30)].ReplaceLineEndings(" ");
    }

    private static IEnumerable<string> FilesIn(string folder, string pattern) => Directory
        .EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
        .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));

    [GeneratedRegex(@"""(?:[^""\\\r\n]|\\.)*""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?m)^\s*//.*$")]
    private static partial Regex Comment();
}
