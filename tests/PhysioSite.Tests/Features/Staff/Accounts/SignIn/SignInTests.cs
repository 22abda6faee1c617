using System.Net;
using PhysioSite.Features.Staff;
using static PhysioSite.Tests.Features.Staff.DeskSteps;

namespace PhysioSite.Tests.Features.Staff.Accounts.SignIn;

/// <summary>Signing in and signing out.</summary>
public sealed class SignInTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string Refusal =
        "The email address or the password is not right, or there were too many tries. Check both, or wait 15 minutes.";

    [Fact]
    public async Task SignIn_WithTheRightPassword_OpensTheDesk()
    {
        var email = site.NewEmail("grace");
        using var staff = await site.MadisonAsync(email);

        var desk = await staff.GetAsync("/staff");

        Assert.Equal(HttpStatusCode.OK, desk.Status);
        Assert.Equal($"Sign out {NameOf(email)}", desk.Page.QuerySelector("header form button")!.TextContent);
    }

    [Fact]
    public async Task SignIn_WithAnotherCaseOrSpacesInTheAddress_OpensTheDesk()
    {
        var email = await AddAsync();
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync($" {email.ToUpperInvariant()} ", StaffJourney.Password)).Status);
    }

    [Fact]
    public async Task SignIn_WrongPasswordOrUnknownPerson_CannotBeToldApart()
    {
        var (known, unknown) = (await AddAsync(), site.NewEmail("unknown"));
        using var browser = site.Open();

        var wrong = await browser.SignInAsync(known, "not the password at all");
        var nobody = await browser.SignInAsync(unknown, "not the password at all");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (wrong.Status, nobody.Status));
        Assert.Equal(Refusal, wrong.Page.QuerySelector("#error-summary a")!.TextContent);
        Assert.Equal(known, wrong.Page.QuerySelector("#email")!.GetAttribute("value"));
        Assert.Null(wrong.Page.QuerySelector("#password")!.GetAttribute("value"));
        Assert.Equal(wrong.Page.QuerySelector("main")!.TextContent, nobody.Page.QuerySelector("main")!.TextContent);
        Assert.Equal(wrong.Page.Title, nobody.Page.Title);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/staff")).Status);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("grace@cedarandstride.example", "")]
    [InlineData("' OR 1=1 --", "x")]
    public async Task SignIn_WithHalfAnAnswer_IsRefusedLikeAnyOther(string email, string password)
    {
        using var browser = site.Open();

        var answer = await browser.SignInAsync(email, password);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(Refusal, answer.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_RightAfterFourWrong_StartsCountingAgain()
    {
        var email = await AddAsync();
        using var browser = site.Open();
        foreach (var _ in new[] { 1, 2 })
        {
            for (var i = 0; i < 4; i++)
            {
                await browser.SignInAsync(email, "not the password at all");
            }

            using var other = site.Open();
            Assert.Equal(HttpStatusCode.Redirect, (await other.SignInAsync(email, StaffJourney.Password)).Status);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("spoiled")]
    public async Task SignIn_WithATokenThatHasExpired_ShowsTheFormAgainWithANewOne(string token)
    {
        var email = await AddAsync();
        using var browser = site.Open();
        var page = await browser.GetAsync("/staff/sign-in?to=/staff/delivery");

        var refused = await browser.SubmitAsync(
            page,
            "main form",
            [new("Email", email), new("Password", StaffJourney.Password), new("__RequestVerificationToken", token)]);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        var error = refused.Page.QuerySelector("#error-summary a")!;
        Assert.Contains("This page had been open for too long", error.TextContent, StringComparison.Ordinal);
        Assert.Equal(email, refused.Page.QuerySelector("#email")!.GetAttribute("value"));
        Assert.DoesNotContain(StaffJourney.Password, refused.Text, StringComparison.Ordinal);
        var signedIn = await browser.SubmitAsync(refused, "main form", [new("Password", StaffJourney.Password)]);
        Assert.Equal("/staff/delivery", signedIn.Location);
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("text/plain", "Email=a")]
    [InlineData(
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"Email\"; filename=\"a.txt\"\r\n\r\na\r\n--x--\r\n")]
    public async Task SignIn_InAnotherForm_IsRefused(string type, string body)
    {
        using var browser = site.Open();
        using var content = new StringContent(body);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);

        foreach (var path in new[]
        {
            "/staff/sign-in", "/staff/sign-in?handler=SignOut", "/staff/set-password", "/staff/first-administrator",
        })
        {
            using var response = await browser.Client.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("/staff/delivery", "/staff/delivery")]
    [InlineData("/staff/requests/AAAAAAAA?x=1", "/staff/requests/AAAAAAAA?x=1")]
    [InlineData("https://evil.example/staff", "/staff")]
    [InlineData("//evil.example", "/staff")]
    [InlineData("/\\evil.example", "/staff")]
    [InlineData("\\\\evil.example", "/staff")]
    [InlineData("http:evil.example", "/staff")]
    [InlineData("javascript:alert(1)", "/staff")]
    [InlineData("/\t/evil.example", "/staff")]
    [InlineData("", "/staff")]
    [InlineData("/staff?state=é", "/staff?state=%C3%A9")]
    [InlineData("/staff/search?words=𠮷 %20", "/staff/search?words=%F0%A0%AE%B7%20%20")]
    public async Task SignIn_WithAPlaceToGoTo_GoesThereOnlyWithinTheSite(string to, string expected)
    {
        var email = await AddAsync();
        using var browser = site.Open();
        var page = await browser.GetAsync($"/staff/sign-in?to={Uri.EscapeDataString(to)}");

        var answer = await browser.SubmitAsync(page, "main form", [new("Email", email), new("Password", StaffJourney.Password)]);
        var again = await browser.GetAsync($"/staff/sign-in?to={Uri.EscapeDataString(to)}");

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.Equal(expected, answer.Response.Headers.Location!.OriginalString);
        Assert.Equal(expected, again.Response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Page_AskedForWithoutSession_IsShownAfterSigningIn()
    {
        var reference = (await site.AskAsync()).Reference;
        var email = await AddAsync();
        using var browser = site.Open();

        var sent = await browser.OpenRequestAsync(reference);
        var page = await browser.GetAsync(sent.Location!);
        var signedIn = await browser.SubmitAsync(page, "main form", [new("Email", email), new("Password", StaffJourney.Password)]);

        Assert.Equal($"/staff/requests/{reference}", signedIn.Location);
    }

    [Fact]
    public async Task SignOut_Pressed_EndsTheSession()
    {
        using var staff = await site.MadisonAsync(site.NewEmail());

        var answer = await staff.SubmitAsync(await staff.GetAsync("/staff"), "header form", []);

        Assert.Equal((HttpStatusCode.Redirect, "/staff/sign-in"), (answer.Status, answer.Location));
        Assert.StartsWith("/staff/sign-in?to=", (await staff.GetAsync("/staff")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_OfASession_IsHostBoundSecureHttpOnlyAndForTheSessionAlone()
    {
        var email = await AddAsync();
        using var browser = site.Open();

        var answer = await browser.SignInAsync(email, StaffJourney.Password);

        var cookie = answer.Response.Headers.GetValues("Set-Cookie")
            .Single(value => value.StartsWith("__Host-staff=", StringComparison.Ordinal))
            .ToLowerInvariant();
        Assert.Contains("; path=/; secure; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("expires", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain", cookie, StringComparison.Ordinal);
    }

    private async Task<string> AddAsync()
    {
        var email = site.NewEmail("grace");
        (await site.SignInAsync(email, StaffRoles.Staff, "madison")).Dispose();
        return email;
    }
}
