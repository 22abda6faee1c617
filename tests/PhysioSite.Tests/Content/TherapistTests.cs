using PhysioSite.Content;
using PhysioSite.Content.Reading;
using PhysioSite.Tests.Features;

namespace PhysioSite.Tests.Content;

/// <summary>The files of therapists, and what other files say about the same people.</summary>
public sealed class TherapistTests : IDisposable
{
    private const string Daniel = "therapists/daniel-okafor.md";

    private readonly ContentCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Theory]
    [InlineData("clinics: [madison]", "clinics: [medison]", "\"clinics\" is \"medison\"")]
    [InlineData("clinics: [madison]", "clinics: [madison, madison]", "\"madison\" is listed twice in \"clinics\"")]
    [InlineData("clinics: [madison]", "clinics: []", "\"clinics\" must be a list with at least one item")]
    [InlineData("licensedStates: [WI]", "licensedStates: [IL]", "\"licensedStates\" lacks WI, the state of the clinic madison")]
    [InlineData("licensedStates: [WI]", "licensedStates: [Wisconsin]", "\"licensedStates\" is \"Wisconsin\"")]
    [InlineData("languages: [English]", "languages: [English, English]", "\"English\" is listed twice in \"languages\"")]
    [InlineData(
        "specialties: [Running injuries, Tendon pain]", "specialties: [Shoulder, Dancers, Tendon pain, Older adults]", "one to three")]
    [InlineData("portraitAlt: ", "portraitAltt: ", "\"portraitAlt\" is missing")]
    [InlineData("portrait: /images/therapists/daniel-okafor.svg\n", "", "there is no \"portrait\"")]
    [InlineData("therapists/daniel-okafor.svg", "therapists/Daniel-Okafor.svg", "\"portrait\" leads nowhere")]
    [InlineData("credentials: \"PT, DPT, SCS\"", "credentials: \"PT, DPT, SCS, XYZ\"", "Add what it means under credentials")]
    [InlineData("credentials: \"PT, DPT, SCS\"", "credentials: \"PT, DPT\"", "Write both the same")]
    [InlineData("name: Daniel Okafor", "name: Mai Nhia Vang", "is also therapists/")]
    public void File_WithAMistake_IsReported(string right, string wrong, string says)
    {
        _copy.Replace(Daniel, right, wrong);

        var problems = Problems();

        Assert.Contains(problems, problem => problem.Message.Contains(says, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.Contains("therapists/", problem.File, StringComparison.Ordinal));
    }

    [Fact]
    public void File_WithAMistake_IsReportedAtItsLine()
    {
        var line = _copy.Replace(Daniel, "licensedStates: [WI]", "licensedStates: [IL]");

        var problem = Assert.Single(Problems());

        Assert.Equal((Daniel, line), (problem.File, problem.Line));
    }

    [Fact]
    public void VirtualCare_InAStateWithoutALicensedTherapist_IsReported()
    {
        _copy.Replace("therapists/naomi-feldman.md", "licensedStates: [CO, GA, IL, MA, WI]", "licensedStates: [CO, IL, MA, WI]");

        var problem = Assert.Single(Problems());

        Assert.Equal("clinics/virtual-care.md", problem.File);
        Assert.Contains("has GA, but no therapist here is licensed there", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clinic_WithAProblem_IsNotReportedForItsTherapists()
    {
        _copy.Replace("clinics/madison.md", "name: Madison", "name Madison");

        Assert.All(Problems(), problem => Assert.Equal("clinics/madison.md", problem.File));
    }

    [Fact]
    public void Photo_ThatIsDamaged_IsReportedWhereItIsNamed()
    {
        File.WriteAllBytes(Path.Combine(_copy.Folder, "images/daniel.jpg"), Photos.Encode(".jpg", 1200, 800)[..5000]);
        var line = _copy.Replace(Daniel, "portrait: /images/therapists/daniel-okafor.svg", "portrait: /images/daniel.jpg");

        var problem = Assert.Single(Problems());

        Assert.Equal((Daniel, line), (problem.File, problem.Line));
        Assert.Contains("The file is damaged", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Therapists_OfTheSample_AreInBothLanguagesWithAPortrait()
    {
        Assert.All(PublicPages.Content.Therapists, therapist => Assert.NotNull(therapist.Portrait));
        Assert.All(PublicPages.Content.Clinics, clinic => Assert.NotEmpty(PublicPages.Content.TherapistsAt(clinic)));
        Assert.All(
            PublicPages.Content.Therapists.Zip(PublicPages.Spanish.Therapists),
            pair =>
            {
                Assert.NotEqual(pair.First.Body.PlainText, pair.Second.Body.PlainText);
                Assert.NotEqual(pair.First.Portrait!.Alt, pair.Second.Portrait!.Alt);
            });
    }

    private IReadOnlyList<ContentProblem> Problems() => ContentReader.Read(ContentTexts.Load(_copy.Folder)).Problems;
}
