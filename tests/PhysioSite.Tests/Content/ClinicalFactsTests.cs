using System.Text.RegularExpressions;
using PhysioSite.Tests.Features;

namespace PhysioSite.Tests.Content;

/// <summary>Facts that stand on several pages and must agree, plain language, and what is translated. See docs/clinical-notes.md.</summary>
public sealed partial class ClinicalFactsTests
{
    private static readonly Dictionary<string, string> Files = Directory
        .EnumerateFiles(Repository.ContentPath, "*.*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".md" or ".yml")
        .ToDictionary(
            file => Path.GetRelativePath(Repository.ContentPath, file).Replace(Path.DirectorySeparatorChar, '/'),
            File.ReadAllText,
            StringComparer.Ordinal);

    public static TheoryData<string> Slugs { get; } = [.. PublicPages.Content.Articles.Select(article => article.Slug)];

    [Theory]
    [InlineData(@"\b(\d+) (?:out of|sobre) 10\b", "2", "4")]
    [InlineData(@"\b(\d{3}) (?:to|a) (?:\d{3}) (?:miles|millas)\b", "300")]
    [InlineData(@"\b(?:\d{3}) (?:to|a) (\d{3}) (?:miles|millas)\b", "500")]
    [InlineData(@"\b(\d+ (?:to|a) \d+) (?:minutes of cooling|minutes at a time|minutos cada vez)", "10 to 15", "10 a 15")]
    [InlineData(@"(?:starts|Empieza)[^.]*?(\d+ (?:to|a) \d+) (?:hours|horas)\*{0,2} (?:after|después)", "12 to 24", "12 a 24")]
    [InlineData(@"peaks at \*{0,2}(\d+ to \d+) hours", "24 to 72")]
    [InlineData(@"(?:first visit is|First visit, about|first visit takes about) (\d+)", "60")]
    [InlineData(@"(?:[Ll]ater visits? take about|Later visit, about|later (?:visits|ones) are|siguientes duran unos) (\d+)", "40")]
    public void Fact_ThatStandsOnSeveralPages_IsTheSameOnAll(string pattern, params string[] values)
    {
        var said = Files.SelectMany(file => Regex.Matches(file.Value, pattern)
            .Select(match => (file.Key, Value: match.Groups[1].Value)))
            .ToList();

        Assert.NotEmpty(said);
        Assert.All(said, fact => Assert.True(
            values.Contains(fact.Value), $"{fact.Key} says {fact.Value}, not {string.Join(" or ", values)}."));
    }

    [Theory]
    [InlineData("shin-splints")]
    [InlineData("shin-splints-or-stress-fracture")]
    [InlineData("lower-leg-pain-after-running")]
    [InlineData("ankle-pain-from-running")]
    [InlineData("why-legs-hurt-after-running")]
    public void Article_AboutAnInjury_LeadsToTheOnePlanAndHasNoneOfItsOwn(string slug)
    {
        var text = Files[$"articles/{slug}.md"];

        Assert.Contains("(/articles/return-to-running)", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"Run \d+ minutes?, walk \d+", text);
    }

    /// <summary>The grade of a text by Flesch and Kincaid. Tables and headings are left out.</summary>
    [Theory]
    [MemberData(nameof(Slugs))]
    public void Article_InEnglish_ReadsAtSixthGradeOrBelow(string slug)
    {
        var grade = ReadingGrade.Of(Files[$"articles/{slug}.md"]);

        Assert.True(grade <= 6, $"{slug} has grade {grade:0.0}.");
    }

    [Fact]
    public void ReadingGrade_OfAHardText_IsHigh() =>
        Assert.True(ReadingGrade.Of("---\n---\nComprehensive rehabilitation necessitates individualized biomechanical evaluation.") > 12);

    [Fact]
    public void Articles_AndPages_AreInSpanish()
    {
        var translated = PublicPages.Spanish.Articles.Select(article => article.Slug);

        Assert.Empty(PublicPages.Content.Articles.Select(article => article.Slug).Except(translated));
        Assert.Empty(PublicPages.Content.Pages.Select(page => page.Slug).Except(PublicPages.Spanish.Pages.Select(page => page.Slug)));
    }

    /// <summary>Each row of docs/glossary.md: where the English text has a term, its translation has the Spanish one.</summary>
    [Fact]
    public void Glossary_InBothLanguages_IsUsedTheSameWay()
    {
        var rows = Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "glossary.md")));
        Assert.True(rows.Count > 10, $"{rows.Count} terms");
        var pairs = Files.Where(file => file.Key.StartsWith("es/", StringComparison.Ordinal))
            .Where(file => file.Key.EndsWith(".md", StringComparison.Ordinal))
            .Select(file => (file.Key, English: Files[file.Key[3..]], Spanish: file.Value))
            .ToList();

        Assert.All(rows, row =>
        {
            var (english, spanish) = (row.Groups[1].Value, row.Groups[2].Value);
            Assert.All(pairs.Where(pair => Has(pair.English, english)), pair => Assert.True(
                Has(pair.Spanish, spanish), $"{pair.Key} has no \"{spanish}\" for \"{english}\"."));
            foreach (var refused in row.Groups[3].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                Assert.All(pairs, pair => Assert.False(Has(pair.Spanish, refused), $"{pair.Key} says \"{refused}\", not \"{spanish}\"."));
            }
        });

        static bool Has(string text, string term) => text.Contains(term, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"(?m)^\| (?!English|---)([^|]+?) \| ([^|]+?) \| ([^|]*?) ?\|$")]
    private static partial Regex Row();
}
