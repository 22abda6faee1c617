using PhysioSite.Content.Reading;
using PhysioSite.Tests.Features;

namespace PhysioSite.Tests.Content;

/// <summary>The exercises of <c>exercises.yml</c>, which articles and body areas show by their names.</summary>
public sealed class ExercisesTests
{
    private const string File = "exercises.yml";
    private const string Spanish = "es/exercises.yml";
    private const string Article = "articles/shin-splints.md";

    [Theory]
    [InlineData(File, "  name: \"Bridge\"\n", "", File, "\"bridge.name\" is missing")]
    [InlineData(File, "picture: /images/bridge.svg", "picture: /images/bridges.svg", File, "\"picture\" leads nowhere")]
    [InlineData(File, "  pictureAlt: \"A person on a", "  alt: \"A person on a", File, "\"ankle-circles.pictureAlt\" is missing")]
    [InlineData(File, "  frames: 2", "  frames: 9", File, "\"ankle-circles.frames\" is \"9\"")]
    [InlineData(File, "feel: \"It may feel stiff.", "feel: \"In a study, 60 percent were stiff.", File, "a percentage or what")]
    [InlineData(Spanish, "bridge:\n", "bridges:\n", Spanish, "\"bridge\" of exercises.yml is not translated")]
    [InlineData(Article, "- bridge: 3 sets", "- brigde: 3 sets", Article, "There is no exercise \"brigde\" in exercises.yml.")]
    [InlineData(Article, "- bridge: 3 sets of 10, every other day", "- bridge", Article, "Write how often after \"bridge:\"")]
    [InlineData(Article, "- toe-raise: 3", "\nRise slowly.\n\n- toe-raise: 3", Article, "has a list only")]
    [InlineData(Article, " answer: \"Usually", " answer: \"::: exercises\\n- bridge: 3\\n:::\\n\\nUsually", Article, "belongs in the text")]
    [InlineData(Article, "- toe-raise: 3 sets", "- toe-raise: 60 percent of 3 sets", Article, "has a percentage or what a study found")]
    public void Exercise_WithAMistake_IsReported(string file, string right, string wrong, string reported, string says)
    {
        using var copy = new ContentCopy();
        copy.Replace(file, right, wrong);

        var problems = ContentReader.Read(ContentTexts.Load(copy.Folder)).Problems;

        Assert.Contains(problems, problem => problem.File == reported && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Exercises_OfEachPage_AreTheSameInBothLanguages()
    {
        Assert.All(PublicPages.Content.Articles, article => Assert.Equal(
            article.Body.Exercises.Select(advised => advised.Exercise.Id),
            PublicPages.Spanish.FindArticle(article.Slug)!.Body.Exercises.Select(advised => advised.Exercise.Id)));
        Assert.All(PublicPages.Content.Areas, page => Assert.Equal(
            page.Exercises.Select(advised => advised.Exercise.Id),
            PublicPages.Spanish.FindArea(page.Area.Id)!.Exercises.Select(advised => advised.Exercise.Id)));
        Assert.True(PublicPages.Content.Articles.Count(article => article.Body.Exercises.Count > 0) >= 18);
    }

    /// <summary>The sentences are joined into a caption, so each has its period, and the tempo has none.</summary>
    [Fact]
    public void Exercises_OfTheSample_AreWrittenAlike()
    {
        var advised = new[] { PublicPages.Content, PublicPages.Spanish }
            .SelectMany(content => content.Articles.SelectMany(article => article.Body.Exercises)
                .Concat(content.Areas.SelectMany(page => page.Exercises)))
            .ToList();

        Assert.All(advised, item =>
        {
            Assert.All([.. item.Exercise.Steps, item.Exercise.Feel], text => Assert.EndsWith(".", text, StringComparison.Ordinal));
            Assert.NotEqual('.', item.Exercise.Tempo[^1]);
            Assert.NotEqual('.', item.Dose[^1]);
            Assert.True(item.Note.Length == 0 || item.Note.EndsWith('.'), $"\"{item.Note}\" has no period.");
        });
    }

    [Fact]
    public void Search_ForAnExercise_FindsItsWords() => Assert.Contains(
        "Bridge. Lie on your back with bent knees",
        PublicPages.Content.FindArticle("shin-splints")!.Body.PlainText,
        StringComparison.Ordinal);
}
