using System.Net;
using System.Text;

namespace PhysioSite.Tests.Features.Appointments.Request;

/// <summary>Input that no browser sends is a client error, not a server error.</summary>
public sealed class UnreadableFormTests(BusySite site) : IClassFixture<BusySite>
{
    private const string NoForm = "We could not read that";
    private const string GivenBack = "Nothing was sent yet, and everything you typed is still here.";

    /// <summary>
    /// The content type, the body and the expected text of the response page: for a form that was read but lacks its token, or for no form.
    /// </summary>
    public static TheoryData<string, string, string> Bodies => new()
    {
        { "application/x-www-form-urlencoded", "name=a%00b", NoForm },
        { "application/x-www-form-urlencoded", string.Join('&', Enumerable.Repeat("wishes=any", 5000)), NoForm },
        { "application/x-www-form-urlencoded", "zip=%ZZ&name=%ED%A0%80&&=&phone", GivenBack },
        { "multipart/form-data", "no boundary", NoForm },
        { "multipart/form-data; boundary=x", "--x\r\nnot a part", NoForm },
        { "application/json", "{}", GivenBack },
        { "text/plain", "name=Ada", GivenBack },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Post_FormThatCannotBeRead_Returns400WithThePageForIt(string type, string body, string words)
    {
        using var browser = site.Open();
        await browser.GetAsync(RequestJourney.Path);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await browser.Client.PostAsync(new Uri(RequestJourney.Path, UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(words, new Answer(response, await response.Content.ReadAsStringAsync()).Main, StringComparison.Ordinal);
    }
}
