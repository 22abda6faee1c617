using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Net.Http.Headers;
using PhysioSite.Features.Staff;

namespace PhysioSite.Tests.Web;

public sealed class CookieTests(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task Cookies_OverHttps_AreBoundToTheHostAndHiddenFromScripts()
    {
        using var browser = site.Open();
        var form = await browser.GetAsync(RequestJourney.Path);
        var sent = await browser.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers());
        Assert.Equal(HttpStatusCode.Redirect, sent.Status);
        using var staff = await site.SignInAsync("cookies@example.com", StaffRoles.Staff, "madison");
        var signOut = await staff.SubmitAsync(await staff.GetAsync("/staff"), "header form", []);
        using var again = site.Open();
        var signIn = await again.SignInAsync("cookies@example.com", StaffJourney.Password);

        var link = await again.GetAsync("/staff/set-password?code=x");

        var cleared = Assert.Single(Cookies(signOut), cookie => cookie.Expires is not null);
        Assert.True(
            cleared is { Name.Value: "__Host-staff", Value.Value: "" } && cleared.Expires < DateTimeOffset.UtcNow,
            cleared.ToString());
        var cookies = new[] { form, sent, signIn, signOut, link }.SelectMany(Cookies).ToList();

        Assert.Equal(
            ["__Host-device", "__Host-form", "__Host-link", "__Host-receipt", "__Host-staff"],
            cookies.Select(cookie => cookie.Name.Value!).Distinct().Order());
        Assert.All(cookies, cookie =>
        {
            Assert.True(cookie.Secure, cookie.ToString());
            Assert.True(cookie.HttpOnly, cookie.ToString());
            Assert.Equal("/", cookie.Path.Value);
            Assert.Equal("", cookie.Domain.Value ?? "");
            Assert.True(
                cookie.SameSite is Microsoft.Net.Http.Headers.SameSiteMode.Lax or Microsoft.Net.Http.Headers.SameSiteMode.Strict,
                cookie.ToString());
        });
    }

    [Fact]
    public async Task Cookies_OverPlainHttpOnThisMachine_HaveNoPrefixAndTheFormCanBeSent()
    {
        using var browser = new Browser(site.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = new Uri("http://127.0.0.1"),
            AllowAutoRedirect = false,
        }));
        var form = await browser.GetAsync(RequestJourney.Path);
        var sent = await browser.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers());

        Assert.Equal(HttpStatusCode.Redirect, sent.Status);
        var receipt = await browser.GetAsync(sent.Location!);
        Assert.Contains("0.2 miles from 53703", receipt.Main, StringComparison.Ordinal);
        var cookies = new[] { form, sent }.SelectMany(Cookies).ToList();
        Assert.Equal(["local-form", "local-receipt"], cookies.Select(cookie => cookie.Name.Value!).Distinct().Order());
        Assert.All(cookies, cookie =>
        {
            Assert.False(cookie.Secure);
            Assert.True(cookie.HttpOnly);
            Assert.Equal(Microsoft.Net.Http.Headers.SameSiteMode.Lax, cookie.SameSite);
        });
    }

    [Fact]
    public async Task Staff_OverPlainHttpOnThisMachine_CanSignIn()
    {
        using var secure = await site.SignInAsync("plain@example.com", StaffRoles.Staff, "madison");
        using var browser = new Browser(site.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = new Uri("http://localhost"),
            AllowAutoRedirect = false,
        }));

        var signIn = await browser.SignInAsync("plain@example.com", StaffJourney.Password);

        Assert.Equal(HttpStatusCode.Redirect, signIn.Status);
        Assert.Contains(Cookies(signIn), cookie => cookie.Name == "local-staff");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/staff")).Status);
    }

    [Fact]
    public async Task Cookie_WithTheLocalName_IsNotTakenOverHttps()
    {
        using var staff = await site.SignInAsync("local@example.com", StaffRoles.Staff, "madison");
        using var again = site.Open();
        var signIn = await again.SignInAsync("local@example.com", StaffJourney.Password);
        var value = Cookies(signIn).Single(cookie => cookie.Name == "__Host-staff").Value;
        using var client = site.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = new Uri("https://localhost"),
            AllowAutoRedirect = false,
            HandleCookies = false,
        });

        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"__Host-staff={value}"));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync($"local-staff={value}"));

        async Task<HttpStatusCode> StatusAsync(string cookie)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/staff") { Headers = { { "Cookie", cookie } } };
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Pages_WithWhatSomeoneTyped_AreKeptByNoCache()
    {
        using var browser = site.Open();
        var form = await browser.GetAsync(RequestJourney.Path);
        var refused = await browser.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers(("name", "")));
        var receipt = await browser.AskAsync();
        var status = await browser.GetAsync(receipt.StatusPath);
        using var staff = await site.SignInAsync("cache@example.com", StaffRoles.Administrator);
        var pages = new List<Answer> { form, refused, receipt.Page, status };
        foreach (var path in new[]
        {
            "/staff", $"/staff/requests/{receipt.Reference}", "/staff/delivery", "/staff/people", "/staff/set-password",
        })
        {
            pages.Add(await staff.GetAsync(path));
        }

        pages.Add(await browser.GetAsync("/staff/sign-in"));
        pages.Add(await browser.GetAsync("/staff/first-administrator"));

        Assert.All(pages, page => Assert.Equal("text/html", page.Response.Content.Headers.ContentType?.MediaType));
        Assert.Empty(pages.Where(page => page.Response.Headers.CacheControl is not { NoStore: true }).Select(page => page.Page.Title));
    }

    private static IEnumerable<SetCookieHeaderValue> Cookies(Answer answer) =>
        answer.Response.Headers.TryGetValues("Set-Cookie", out var values) ? SetCookieHeaderValue.ParseList([.. values]) : [];
}
