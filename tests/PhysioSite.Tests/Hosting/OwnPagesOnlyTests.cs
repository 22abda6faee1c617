using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Hosting;

/// <summary>Forms are taken from the site's own pages. Every post here is a good one, but for where it says it comes from.</summary>
public sealed class OwnPagesOnlyTests(Site site) : IClassFixture<Site>
{
    private const string Own = "https://localhost";

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, Own)]
    [InlineData("none", null)]
    [InlineData("same-origin", null)]
    [InlineData("same-origin", Own)]
    [InlineData("same-origin", "null")]
    public async Task Post_FromAnOwnPageOrAnOldBrowser_IsTaken(string? fetchSite, string? origin)
    {
        Assert.Equal(HttpStatusCode.Redirect, (await SendAsync(fetchSite, origin)).Status);
    }

    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("cross-site", Own)]
    [InlineData("same-site", null)]
    [InlineData("same-site", "https://other.localhost")]
    [InlineData("nonsense", null)]
    [InlineData("same-origin", "https://evil.example")]
    [InlineData("none", "https://evil.example")]
    [InlineData(null, "https://evil.example")]
    [InlineData(null, "http://localhost")]
    [InlineData(null, "https://localhost:8443")]
    [InlineData(null, "null")]
    public async Task Post_FromElsewhere_IsRefusedWithAPageBeforeAnyWork(string? fetchSite, string? origin)
    {
        var before = await CountAsync();

        var answer = await SendAsync(fetchSite, origin);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("That is not possible here", answer.Main, StringComparison.Ordinal);
        Assert.Contains("(608) 555-0100", answer.Main, StringComparison.Ordinal);
        Assert.Equal(before, await CountAsync());
    }

    [Theory]
    [InlineData("/staff/sign-in")]
    [InlineData("/staff/sign-in?handler=SignOut")]
    [InlineData("/staff/requests/AAAAAAAA?handler=Claim")]
    [InlineData("/clinics/zip")]
    [InlineData("/nowhere")]
    public async Task Post_FromAnotherSite_IsRefusedWhereverItGoes(string path)
    {
        using var browser = site.Open();
        browser.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var content = new FormUrlEncodedContent([new("a", "b")]);

        using var response = await browser.Client.PostAsync(new Uri(path, UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Get_FromAnotherSite_IsAnswered()
    {
        using var browser = site.Open();
        browser.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(RequestJourney.Path)).Status);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    public async Task Method_ThatNoPageUses_Gets405AndTheOnesThatAre(string method)
    {
        using var browser = site.Open();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/staff") { Headers = { { "Sec-Fetch-Site", "cross-site" } } };

        using var response = await browser.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD", "POST"], response.Content.Headers.Allow);
    }

    private async Task<Answer> SendAsync(string? fetchSite, string? origin)
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        foreach (var (name, value) in new[] { ("Sec-Fetch-Site", fetchSite), ("Origin", origin) })
        {
            if (value is not null)
            {
                browser.Client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
            }
        }

        return await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());
    }

    private Task<int> CountAsync() => site.WithDatabaseAsync(db => db.Set<AppointmentRequest>().CountAsync());
}
