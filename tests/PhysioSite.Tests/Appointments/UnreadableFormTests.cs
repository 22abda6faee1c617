using System.Net;
using System.Text;
using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Appointments;

/// <summary>What no browser sends is the sender's mistake, not ours.</summary>
public sealed class UnreadableFormTests(BusySite site) : IClassFixture<BusySite>
{
    public static TheoryData<string, string> Bodies => new()
    {
        { "application/x-www-form-urlencoded", "name=a%00b" },
        { "application/x-www-form-urlencoded", string.Join('&', Enumerable.Repeat("wishes=any", 2000)) },
        { "application/x-www-form-urlencoded", "zip=%ZZ&name=%ED%A0%80&&=&phone" },
        { "multipart/form-data", "no boundary" },
        { "multipart/form-data; boundary=x", "--x\r\nnot a part" },
        { "application/json", "{}" },
        { "text/plain", "name=Ada" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Post_FormThatCannotBeRead_Returns400(string type, string body)
    {
        using var browser = site.Open();
        await browser.GetAsync(RequestJourney.Path);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await browser.Client.PostAsync(new Uri(RequestJourney.Path, UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
