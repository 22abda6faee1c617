using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;

namespace PhysioSite.Tests.Content;

/// <summary>The year in which the group began, on the home page.</summary>
public sealed class FoundedTests(Site site) : IClassFixture<Site>
{
    [Theory]
    [InlineData("/", "Treating patients since 1998")]
    [InlineData("/es/", "Atendemos a pacientes desde 1998")]
    public async Task Home_WithAYear_SaysSinceWhen(string path, string text)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync(path);

        Assert.Contains(text, answer.Page.QuerySelectorAll(".proof li").Select(Answer.Words));
        Assert.Contains("\"foundingDate\":\"1998\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Home_WithoutAYear_SaysNothing()
    {
        using var copy = new ContentCopy();
        copy.Write("site.yml", copy.Read("site.yml").Replace("founded: 1998\n", "", StringComparison.Ordinal));
        using var own = new Site { Settings = { ["Content:Folder"] = copy.Folder } };
        using var browser = own.Open();

        var answer = await browser.GetAsync("/");

        Assert.NotEmpty(answer.Page.QuerySelectorAll(".proof li"));
        Assert.DoesNotContain("patients since", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("foundingDate", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("98", "\"founded\" must be a year of four digits.")]
    [InlineData("in 1998", "\"founded\" is \"in 1998\"")]
    [InlineData("2099", "\"founded\" is 2099, which is in the future.")]
    public void Year_ThatIsWrong_IsReported(string year, string problem)
    {
        using var copy = new ContentCopy();
        copy.Write("site.yml", copy.Read("site.yml").Replace("founded: 1998", $"founded: {year}", StringComparison.Ordinal));

        var problems = Assert.Throws<ContentException>(
            () => new ContentLibrary(copy.Folder, NullLogger<ContentLibrary>.Instance)).Message;

        Assert.Contains(problem, problems, StringComparison.Ordinal);
    }
}
