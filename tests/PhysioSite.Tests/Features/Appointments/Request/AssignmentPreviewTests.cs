using System.Net;
using System.Text.Json.Nodes;

namespace PhysioSite.Tests.Features.Appointments.Request;

/// <summary>The text that the form's script shows below the ZIP code, on a Tuesday morning.</summary>
public sealed class AssignmentPreviewTests(Site site) : IClassFixture<Site>
{
    private const string Path = "/request-appointment/nearest";

    [Theory]
    [InlineData("53703", "clinic", "Nearest: Madison, 0.2 miles away. Open now until 7 pm (Central Time).")]
    [InlineData("53703-1234", "clinic", "Nearest: Madison, 0.2 miles away.")]
    [InlineData("537031234", "clinic", "Nearest: Madison, 0.2 miles away.")]
    [InlineData("94704", "clinic", "Nearest: Berkeley, 0.5 miles away. Open")]
    [InlineData("94704", "video", "By video with Oakland, 3.9 miles away. Open")]
    [InlineData("97801", "video", "By video with Virtual care, which sees people in OR. Open")]
    [InlineData(
        "97801",
        "clinic",
        "The nearest clinic to 97801 is Portland, 189 miles away. Choose a visit by video with Virtual care, or choose Portland by name")]
    [InlineData(
        "99501",
        "clinic",
        "No clinic is within 60 miles of 99501. The nearest is Seattle, 1,432 miles away. Choose Seattle by name")]
    [InlineData("99501", "video", "We offer no video visits where you live. Choose a visit in the clinic")]
    [InlineData("03060", "clinic", "Nearest: Boston, 3")]
    [InlineData("03060", "video", "We offer no video visits where you live. Choose a visit in the clinic")]
    [InlineData("00000", "clinic", "We do not know the ZIP code 00000. Check it, or choose a clinic by name from the list below")]
    public async Task Preview_OfAZip_SaysWhereTheRequestWouldGo(string zip, string visit, string expected)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync($"{Path}?zip={zip}&visit={visit}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.StartsWith(expected, Text(answer), StringComparison.Ordinal);
        Assert.True(answer.Response.Headers.CacheControl?.NoStore);
        Assert.False(answer.Response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("53703", "clinic", "Madison")]
    [InlineData("94704", "clinic", "Berkeley")]
    [InlineData("94704", "video", "Oakland")]
    [InlineData("97801", "video", "Virtual care")]
    public async Task Preview_OfAFormThatIsThenSent_NamesTheClinicOfItsReceipt(string zip, string visit, string clinic)
    {
        using var browser = site.Open();

        var preview = await browser.GetAsync($"{Path}?zip={zip}&visit={visit}");
        var receipt = await browser.AskAsync(("zip", zip), ("visit", visit));

        Assert.Contains(clinic, Text(preview), StringComparison.Ordinal);
        Assert.Contains($"We sent it to Cedar & Stride {clinic}", receipt.Page.Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("97801", "clinic")]
    [InlineData("99501", "clinic")]
    [InlineData("10001", "video")]
    [InlineData("00000", "clinic")]
    public async Task Preview_OfAFormThatWouldBeRefused_HasTheWordsOfTheError(string zip, string visit)
    {
        using var browser = site.Open();

        var preview = await browser.GetAsync($"{Path}?zip={zip}&visit={visit}");
        var refused = await browser.SendAsync(("zip", zip), ("visit", visit));

        Assert.Equal($"Error: {Text(preview)}", Answer.Words(refused.Page.QuerySelector("#zip-error")!));
    }

    [Theory]
    [InlineData("53703", "Madison", "(hora del Centro)")]
    [InlineData("97801", "Atención virtual", "OR")]
    public async Task Preview_BelowTheSpanishPrefix_HasTheWordsOfTheSpanishContent(string zip, string clinic, string more)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync($"/es{Path}?zip={zip}&visit=video");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains(clinic, Text(answer), StringComparison.Ordinal);
        Assert.Contains(more, Text(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?visit=clinic")]
    [InlineData("?zip=")]
    [InlineData("?zip=5370")]
    [InlineData("?zip=537033")]
    [InlineData("?zip=%EF%BC%95%EF%BC%93%EF%BC%97%EF%BC%90%EF%BC%93")]
    [InlineData("?zip=%3Cb%3E1")]
    [InlineData("?zip=53703&zip=53703")]
    public async Task Preview_WithoutFiveDigits_IsABadRequestWithoutText(string query)
    {
        using var browser = site.Open();

        var answer = await browser.GetAsync(Path + query);

        Assert.Equal((HttpStatusCode.BadRequest, ""), (answer.Status, answer.Text));
        Assert.True(answer.Response.Headers.CacheControl?.NoStore);
    }

    private static string Text(Answer answer) => JsonNode.Parse(answer.Text)!["text"]!.GetValue<string>();
}
