using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PhysioSite.Tests.Localization;

/// <summary>Every text for patients has a translation with the same placeholders, and no translation is unused.</summary>
public sealed partial class TextsTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src", "PhysioSite");

    private static readonly HashSet<string> Said = Directory.EnumerateFiles(Source, "*.cs*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".cs" or ".cshtml"
            && Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
        .SelectMany(file => Sentences(File.ReadAllText(file)))
        .ToHashSet();

    public static TheoryData<string> Files { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Source, "Localization"), "Texts.*.resx").Select(file => Path.GetFileName(file)!)];

    [Fact]
    public void Sentences_OfTheSource_AreFound()
    {
        Assert.Contains("Send my request", Said);
        Assert.Contains("{0:0.0} miles", Said);
        Assert.Contains("We sent it to {0}, {1} from {2}.", Said);
        Assert.True(Said.Count > 200, $"{Said.Count} sentences found");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Translations_OfALanguage_AreThoseOfTheSentencesSaid(string file)
    {
        var translated = Read(file).Select(entry => entry.English).ToList();

        Assert.Distinct(translated);
        Assert.Empty(Said.Except(translated));
        Assert.Empty(translated.Except(Said));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Translation_OfASentence_SaysTheSameValuesAndKeepsItsEdges(string file)
    {
        Assert.All(Read(file), entry =>
        {
            Assert.False(string.IsNullOrWhiteSpace(entry.Translation), entry.English);
            Assert.Equal(Holes(entry.English), Holes(entry.Translation));
            Assert.Equal((entry.English[0] == ' ', entry.English[^1] == ' '), (entry.Translation[0] == ' ', entry.Translation[^1] == ' '));
        });
    }

    private static IEnumerable<(string English, string Translation)> Read(string file) =>
        XDocument.Load(Path.Combine(Source, "Localization", file), LoadOptions.PreserveWhitespace).Root!.Elements("data")
            .Select(data => (data.Attribute("name")!.Value, data.Element("value")!.Value));

    private static string Holes(string text) =>
        string.Join(' ', Hole().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));

    /// <summary>The text between the quotes of <c>Localize($"…")</c>, as a composite format string.</summary>
    private static IEnumerable<string> Sentences(string code)
    {
        foreach (Match call in Call().Matches(code))
        {
            var format = new StringBuilder();
            var holes = 0;
            for (var i = call.Index + call.Length; code[i] != '"'; i++)
            {
                if (code[i] != '{')
                {
                    format.Append(code[i]);
                    continue;
                }

                var end = EndOfHole(code, i);
                format.Append('{').Append(holes++).Append(FormatOf(code[(i + 1)..end])).Append('}');
                i = end;
            }

            yield return format.ToString();
        }
    }

    private static int EndOfHole(string code, int start)
    {
        var depth = 0;
        for (var i = start; ; i++)
        {
            depth += code[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }
    }

    /// <summary>For example, ":MMMM d" of "date:MMMM d".</summary>
    private static string FormatOf(string hole)
    {
        var inside = 0;
        var quoted = false;
        for (var i = 0; i < hole.Length; i++)
        {
            quoted ^= hole[i] == '"';
            inside += quoted ? 0 : hole[i] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
            if (hole[i] == ':' && inside == 0 && !quoted)
            {
                return hole[i..];
            }
        }

        return "";
    }

    [GeneratedRegex(@"\bLocalize(?:Html)?\(\s*\$""")]
    private static partial Regex Call();

    [GeneratedRegex(@"\{\d+")]
    private static partial Regex Hole();
}
