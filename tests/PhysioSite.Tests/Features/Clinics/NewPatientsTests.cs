using PhysioSite.Content.Reading;

namespace PhysioSite.Tests.Features.Clinics;

/// <summary>A clinic that takes no new patients for now says so, names another clinic, and is not the nearest one.</summary>
public sealed class NewPatientsTests : IDisposable
{
    private const string Pause =
        "acceptingNewPatients: false\nnewPatientNote: \"We are full until February.\"\nalternative: oakland\nvisits:";

    private readonly ContentCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public async Task Clinic_WithoutRoom_SaysSoOnItsPageInTheFinderAndInTheForm()
    {
        _copy.Replace("clinics/berkeley.md", "visits:", Pause);
        _copy.Replace("es/clinics/berkeley.md", "---\n", "---\nnewPatientNote: Estamos completos hasta febrero.\n");
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();

        var clinic = await browser.GetAsync("/clinics/berkeley");
        var finder = await browser.GetAsync("/clinics?zip=94704");
        var form = await browser.GetAsync("/request-appointment");
        var spanish = await browser.GetAsync("/es/clinics/berkeley");

        foreach (var page in new[] { clinic, finder })
        {
            var notice = page.Page.QuerySelectorAll("main .notice")
                .Single(notice => notice.TextContent.Contains("No new", StringComparison.Ordinal));
            Assert.Equal("No new patients for now. We are full until February. Nearby: Oakland.", Answer.Words(notice));
            Assert.Equal("/clinics/oakland", notice.QuerySelector("a")!.GetAttribute("href"));
        }

        Assert.Equal(
            ["Request an appointment at Oakland", "Request an appointment here"],
            clinic.Page.QuerySelectorAll("main .actions a[href^='/request-appointment']").Select(Answer.Words));
        Assert.Equal("/request-appointment?clinic=oakland", clinic.Page.QuerySelector("main .actions a")!.GetAttribute("href"));
        Assert.Contains("Berkeley, CA (no new patients for now)", form.Page.QuerySelectorAll("#clinic option").Select(Answer.Words));
        Assert.Contains("Estamos completos hasta febrero. Cerca: Oakland.", spanish.Main, StringComparison.Ordinal);
        var preview = await browser.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers(("zip", "94704"), ("clinic", "")));
        Assert.Contains("We sent it to Cedar & Stride Oakland", (await browser.GetAsync(preview.Location!)).Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alternative: oakland", "alternative: nowhere", "\"alternative\" is \"nowhere\"")]
    [InlineData("alternative: oakland", "alternative: berkeley", "\"alternative\" is \"berkeley\"")]
    [InlineData("alternative: oakland\n", "", "\"alternative\" is missing")]
    [InlineData("acceptingNewPatients: false", "acceptingNewPatients: no", "must be true or false")]
    public void Clinic_WithoutRoomAndWithAMistake_IsReported(string right, string wrong, string says)
    {
        _copy.Replace("clinics/berkeley.md", "visits:", Pause.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Contains(ContentReader.Read(ContentTexts.Load(_copy.Folder)).Problems, problem =>
            problem.File == "clinics/berkeley.md" && problem.Message.Contains(says, StringComparison.Ordinal));
    }
}
