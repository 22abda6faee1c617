using PhysioSite.Content.Reading;

namespace PhysioSite.Tests.Content;

/// <summary>The list of sources of an article, and the marks in its text that refer to it.</summary>
public sealed class SourcesTests : IDisposable
{
    private const string Article = "articles/shin-splints.md";

    private readonly ContentCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Theory]
    [InlineData("    journal: \"British Journal of Sports Medicine\"\n", "", "A source has a \"journal\"")]
    [InlineData("    authors: \"Schuster Brandt Frandsen J, et al.\"\n", "", "is named with \"authors\", \"journal\" and \"year\"")]
    [InlineData("    year: 2025\n", "", "is named with \"authors\", \"journal\" and \"year\"")]
    [InlineData("    year: 2025\n", "    year: last\n", "Write a year of four digits")]
    [InlineData("    year: 2025\n", "    year: 25\n", "must be a year of four digits")]
    [InlineData("doi: 10.1136/bjsports", "doi: https://doi.org/10.1136/bjsports", "Write a DOI like")]
    [InlineData("  - id: frandsen-2025\n", "  - id: Frandsen 2025\n", "Write lower-case letters, digits and hyphens")]
    [InlineData("  - id: frandsen-2025\n", "  - id: lipman-2017\n", "is used twice in \"sources\"")]
    [InlineData("    publisher: \"NHS\"\n", "", "A source has a \"journal\"")]
    public void Source_ThatIsNotNamedInFull_IsReported(string right, string wrong, string says)
    {
        _copy.Replace(Article, right, wrong);

        Assert.Contains(Problems(), problem => problem.File == Article && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("It helps 60% of runners.", true)]
    [InlineData("It helps sixty percent of runners.", true)]
    [InlineData("Researchers saw no harm.", true)]
    [InlineData("A study saw no harm. The page has a source.[^frandsen-2025]", true)]
    [InlineData("A study saw no harm.[^nobody-2020]", true)]
    [InlineData("A study saw no harm.[^frandsen-2025]", false)]
    [InlineData("A study saw no harm[^frandsen-2025]. It was small.", false)]
    [InlineData("- a list\n- 60 percent", true)]
    [InlineData("| a | b |\n|---|---|\n| 60% | b |", true)]
    [InlineData("Runners like it.", false)]
    public void Sentence_WithAPercentageOrAFinding_NeedsTheMarkOfAStudy(string markdown, bool isReported)
    {
        var line = _copy.Append(Article, markdown);

        var problems = Problems();

        Assert.Equal(isReported, problems.Any(problem => problem.File == Article && problem.Line >= line));
        Assert.Equal(isReported, problems.Count > 0);
    }

    [Fact]
    public void Sentence_WithTheMarkOfAWebsite_IsReported()
    {
        _copy.Replace(Article, "  - title: \"Shin splints\"\n", "  - id: nhs\n    title: \"Shin splints\"\n");
        var line = _copy.Append(Article, "It helps 60 percent of runners.[^nhs]");

        Assert.Equal([(Article, line)], Problems().Select(problem => (problem.File, problem.Line)));
    }

    [Theory]
    [InlineData("summary: \"Shin splints are", "summary: \"In 60 percent of runners, shin splints are")]
    [InlineData("question: \"How long", "question: \"Does it help 60 percent? How long")]
    [InlineData("answer: \"No. Some", "answer: \"No. It helps 60 percent. Some")]
    public void FrontMatter_WithAPercentage_IsReported(string right, string wrong)
    {
        _copy.Replace(Article, right, wrong);

        Assert.Contains(Problems(), problem => problem.File == Article && problem.Message.Contains("percentage", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Ayuda al 60 por ciento.", true)]
    [InlineData("Los estudios lo apoyan.", true)]
    [InlineData("Un Ensayo Clínico lo apoya.", true)]
    [InlineData("Las investigadoras y un investigador lo apoyan.", true)]
    [InlineData("Un metaanálisis lo apoya.", true)]
    [InlineData("GUÍAS CLÍNICAS lo apoyan.", true)]
    [InlineData("Una guía clínica\nlo apoya.", true)]
    [InlineData("No hace falta un estudio de imagen.", false)]
    [InlineData("Una guía lo explica en la clínica.", false)]
    public void Translation_WithAPercentageOrAFinding_NeedsTheMarkToo(string markdown, bool isReported)
    {
        var line = _copy.Append("es/" + Article, markdown);

        (string, int)[] expected = isReported ? [("es/" + Article, line)] : [];
        Assert.Equal(expected, Problems().Select(problem => (problem.File, problem.Line)));
    }

    [Fact]
    public async Task Mark_InAnArticle_LeadsToTheSourceWithItsAuthorsJournalYearAndAddress()
    {
        using var site = new Site();
        using var browser = site.Open();

        var english = await browser.GetAsync("/articles/running-with-sore-legs");
        var spanish = await browser.GetAsync("/es/articles/shin-splints");

        var mark = english.Page.QuerySelector("sup a")!;
        Assert.Equal(("[1]", "Source 1"), (mark.TextContent, mark.GetAttribute("aria-label")));
        var source = english.Page.QuerySelector(mark.GetAttribute("href")!)!;
        Assert.StartsWith("Fradkin AJ, Zazryn TR, Smoliga JM. Effects of warming-up", Answer.Words(source), StringComparison.Ordinal);
        Assert.EndsWith("Journal of Strength and Conditioning Research, 2010.", Answer.Words(source), StringComparison.Ordinal);
        Assert.Equal("https://doi.org/10.1519/JSC.0b013e3181c643a0", source.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("Fuente 3", spanish.Page.QuerySelector("main sup a")!.GetAttribute("aria-label"));
    }

    private IReadOnlyList<PhysioSite.Content.ContentProblem> Problems() => ContentReader.Read(ContentTexts.Load(_copy.Folder)).Problems;
}
