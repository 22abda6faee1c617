using PhysioSite.Content.Model;
using PhysioSite.Content.Reading;
using PhysioSite.Tests.Features;

namespace PhysioSite.Tests.Content;

/// <summary>The signs that need help: the same words on every page, and the thresholds that a clinician has ruled on.</summary>
public sealed class CareCardsTests
{
    private const string NoWeight = "you cannot put any weight on the leg";
    private const string FourSteps = "you can put weight on the leg but cannot take four steps, even with a limp";

    [Theory]
    [InlineData("  chest: ", "  chests: ", "The sign \"chest\" has no words", "The sign \"chests\" is in no set")]
    [InlineData(
        "    doctorToday: [clot, four-steps, pop, groin, bone-at-rest, swollen-knee, hot-skin]\n",
        "",
        "\"sets.soreness.doctorToday\" is missing",
        "is missing")]
    public void CareCards_WithAMistake_AreReported(string right, string wrong, string says, string saysToo)
    {
        using var copy = new ContentCopy();
        copy.Replace("care-cards.yml", right, wrong);

        var messages = ContentReader.Read(ContentTexts.Load(copy.Folder)).Problems
            .Where(problem => problem.File == "care-cards.yml")
            .Select(problem => problem.Message)
            .ToList();

        Assert.Contains(messages, message => message.Contains(says, StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Contains(saysToo, StringComparison.Ordinal));
    }

    [Fact]
    public void Translation_WithoutASign_IsReported()
    {
        using var copy = new ContentCopy();
        copy.Replace("es/care-cards.yml", "  clot: ", "  clots: ");

        Assert.Contains(ContentReader.Read(ContentTexts.Load(copy.Folder)).Problems, problem =>
            problem.File == "es/care-cards.yml" && problem.Message == "The sign \"clot\" has no words under \"signs\".");
    }

    [Theory]
    [InlineData("")]
    [InlineData("ankle-pain-from-running")]
    [InlineData("lower-leg-pain-after-running")]
    [InlineData("running-with-sore-legs")]
    [InlineData("shin-splints")]
    public void Set_OfAPageAboutTheLeg_HasTheSignsThatCannotWait(string slug)
    {
        var cards = CardsOf(slug);

        // Who cannot bear weight matches one card: no weight at all is an emergency, fewer than four steps is urgent.
        Assert.Contains(NoWeight, cards.Emergency);
        Assert.Contains(FourSteps, cards.DoctorToday);
        Assert.Contains(cards.Emergency, sign => sign.Contains("chest pain", StringComparison.Ordinal));
        Assert.Contains(cards.Emergency, sign => sign.StartsWith("a joint is hot, swollen and too painful", StringComparison.Ordinal));
        Assert.Contains(cards.Emergency, sign => sign.StartsWith("the foot turns cold", StringComparison.Ordinal));
        Assert.Contains(cards.DoctorToday, sign => sign.StartsWith("one calf or thigh is swollen, or", StringComparison.Ordinal));
        Assert.Contains(cards.DoctorToday, sign => sign.EndsWith("is there at rest or at night", StringComparison.Ordinal));
        Assert.Contains(cards.DoctorSoon, sign => sign.StartsWith("pain in one spot on a bone is sharp", StringComparison.Ordinal));
        Assert.Contains(cards.DoctorSoon, sign => sign.Contains("the top of the midfoot, the outer edge", StringComparison.Ordinal));
        Assert.Distinct(cards.Signs);
    }

    [Theory]
    [InlineData("sore-legs-after-running")]
    [InlineData("")]
    public void Set_ForSoreness_HasTheHipTheSpineTheMuscleAndTheHeat(string slug)
    {
        var cards = CardsOf(slug);

        Assert.Contains(cards.DoctorToday, sign => sign.StartsWith("you have pain deep in the groin", StringComparison.Ordinal));
        Assert.Contains(cards.Emergency, sign => sign.Contains("numbness between your legs", StringComparison.Ordinal));
        Assert.Contains(cards.Emergency, sign => sign.Contains("dark like tea or cola", StringComparison.Ordinal));
        Assert.Contains(cards.Emergency, sign => sign.StartsWith("in the heat or after a hard run", StringComparison.Ordinal));
    }

    private static CareCards CardsOf(string slug) => slug.Length == 0
        ? PublicPages.Content.FindPage(InfoPage.SymptomsSlug)!.CareCards!
        : PublicPages.Content.FindArticle(slug)!.CareCards;
}
