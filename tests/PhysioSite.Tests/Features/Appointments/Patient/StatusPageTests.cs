using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Data.Encryption;

namespace PhysioSite.Tests.Features.Appointments.Patient;

public sealed class StatusPageTests(StaffedSite site) : IClassFixture<StaffedSite>
{
    [Fact]
    public async Task Status_OfANewRequest_SaysStateClinicDueAndWhatToBring()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("area", "shin"), ("wishes", "friday-evening"));

        using var later = site.Open();
        var page = await later.GetAsync(receipt.StatusPath);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal($"Your request {receipt.Reference}", Answer.Words(page.Page.QuerySelector("h1")!));
        Assert.Equal(
            "We have your request. The clinic will get to it by Tuesday, November 17, 5 pm (Central Time).",
            Answer.Words(page.Page.QuerySelector(".lead")!));
        Assert.Equal(
            [
                "Clinic: Madison", "Phone: (608) 555-0142", "Visit: In the clinic", "Preferred times: Friday evening, 5 pm to 7 pm",
            ],
            Facts(page));
        Assert.Equal(
            [
                "We received your request Tuesday, November 17, 9 am (Central Time)",
                "Next: We call you By Tuesday, November 17, 5 pm (Central Time)",
                "Then: We agree on a time together",
            ],
            Steps(page));
        Assert.Equal("step", page.Page.QuerySelector(".timeline .latest")!.GetAttribute("aria-current"));
        Assert.Contains("Shorts, and the shoes you run in most. A photo ID and your insurance card", page.Main, StringComparison.Ordinal);
        Assert.Equal("noindex", page.Page.QuerySelector("meta[name=robots]")?.GetAttribute("content"));
    }

    [Fact]
    public async Task Status_OfAnyRequest_ShowsNothingThePatientTyped()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(
            ("name", "Ada Secretname"),
            ("email", "ada.secret@example.com"),
            ("access", "Secret access"),
            ("note", "Secret note"));

        using var later = site.Open();
        foreach (var path in new[] { receipt.StatusPath, receipt.Page.Response.RequestMessage!.RequestUri!.PathAndQuery })
        {
            var page = await later.GetAsync(path);
            Assert.Contains(receipt.Reference, page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("608 555 0142", page.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>The file of the clinic was renamed or removed after the request was stored.</summary>
    [Theory]
    [InlineData("", "Your request", "You canceled this request")]
    [InlineData("/es", "Su solicitud", "Usted")]
    public async Task Status_OfAClinicThatIsGone_IsShownWithThePhoneOfTheGroupAndCanBeWithdrawn(string language, string title, string done)
    {
        using var own = new Site();
        using var browser = own.Open();
        var receipt = await browser.AskAsync();
        await own.RunSqlAsync("UPDATE AppointmentRequests SET ClinicSlug = 'renamed'");

        var status = await browser.GetAsync(language + receipt.StatusPath);
        var again = await browser.GetAsync($"{language}/request-appointment/receipt/{receipt.StatusPath.Split('/')[^1]}");

        Assert.Contains(title, status.Main, StringComparison.Ordinal);
        Assert.Contains("(608) 555-0100", status.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal("Degraded", await own.ReadinessAsync("clinics"));
        await browser.SubmitAsync(status, RequestJourney.Withdrawal, []);
        Assert.Contains(done, (await browser.GetAsync(language + receipt.StatusPath)).Main, StringComparison.Ordinal);
        Assert.Equal("Healthy", await own.ReadinessAsync("clinics"));
    }

    [Theory]
    [InlineData(
        "Claim",
        "The clinic is working on it and will call you.",
        "Next: We call you By Tuesday, November 17, 5 pm (Central Time)",
        true)]
    [InlineData(
        "NoAnswer",
        "We tried to reach you and will try again by Wednesday, November 18, 9 am (Central Time). You can also call us.",
        "Next: We try to reach you again By Wednesday, November 18, 9 am (Central Time)",
        true)]
    [InlineData(
        "Schedule", "We have agreed on a time with you.", "Next: Your appointment Friday, November 20, 2:30 pm (Central Time)", true)]
    [InlineData(
        "Close", "We made an appointment with you, so this request is done.",
        "We closed your request Tuesday, November 17, 9 am (Central Time)", false)]
    [InlineData(
        "Close", "We tried to reach you and could not, so we closed this request. Call us, or send a new one.",
        "We closed your request Tuesday, November 17, 9 am (Central Time)", false, "CouldNotBeReached")]
    [InlineData(
        "Close", "This request is closed.", "We closed your request Tuesday, November 17, 9 am (Central Time)", false, "SentElsewhere")]
    public async Task Status_AfterTheDeskDidSomething_SaysSo(
        string handler, string state, string step, bool isOpen, string outcome = "AppointmentMade")
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var desk = await site.Desk.GetAsync($"/staff/requests/{receipt.Reference}");
        var changed = await site.Desk.SubmitAsync(
            desk,
            $"main form[action$='?handler={handler}']",
            [new("Agreed", "2026-11-20T14:30"), new("Outcome", outcome), new("Note", "Staff only")]);
        Assert.Equal(HttpStatusCode.Redirect, changed.Status);

        var page = await browser.GetAsync(receipt.StatusPath);

        Assert.Equal(state, Answer.Words(page.Page.QuerySelector(".lead")!));
        Assert.Contains(step, Steps(page));
        Assert.Equal(!isOpen, page.Page.QuerySelector("main a.button[href='/request-appointment?clinic=madison']") is not null);
        Assert.Equal(handler == "Schedule", page.Page.QuerySelector("main a[href$='handler=calendar']") is not null);
        Assert.Equal(isOpen, page.Page.QuerySelector(RequestJourney.Withdrawal) is not null);
        Assert.DoesNotContain("Staff only", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Withdraw_ByTheForm_ClosesTheRequestAndTellsTheDesk()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();

        var sent = await browser.SubmitAsync(await browser.GetAsync(receipt.StatusPath), RequestJourney.Withdrawal, []);

        Assert.Equal((HttpStatusCode.Redirect, receipt.StatusPath), (sent.Status, sent.Location));
        var page = await browser.GetAsync(receipt.StatusPath);
        Assert.Equal("You canceled this request.", Answer.Words(page.Page.QuerySelector(".lead")!));
        Assert.Null(page.Page.QuerySelector("main form"));
        Assert.DoesNotContain("We will be in touch", page.Main, StringComparison.Ordinal);
        var request = await site.RequestAsync(receipt.Reference);
        Assert.Equal((RequestState.Withdrawn, 1), (request.State, request.Version));
        var desk = await site.Desk.GetAsync($"/staff/requests/{receipt.Reference}");
        Assert.Contains("Canceled by the patient", desk.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Withdraw_TwiceFromTheSamePage_IsOneWithdrawal()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var page = await browser.GetAsync(receipt.StatusPath);

        await browser.SubmitAsync(page, RequestJourney.Withdrawal, []);
        var second = await browser.SubmitAsync(page, RequestJourney.Withdrawal, []);

        Assert.Equal((HttpStatusCode.Redirect, receipt.StatusPath), (second.Status, second.Location));
        var request = await site.RequestAsync(receipt.Reference);
        Assert.Equal(1, request.Version);
        Assert.Single(request.History, happened => happened.Kind == RequestEventKind.Withdrawn);
    }

    [Fact]
    public async Task Withdraw_ClosedMeanwhile_ChangesNothing()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var page = await browser.GetAsync(receipt.StatusPath);
        await site.Desk.SubmitAsync(
            await site.Desk.GetAsync($"/staff/requests/{receipt.Reference}"),
            "main form[action$='?handler=Close']",
            [new("Outcome", "AppointmentMade")]);

        var sent = await browser.SubmitAsync(page, RequestJourney.Withdrawal, []);

        Assert.Equal(HttpStatusCode.Redirect, sent.Status);
        Assert.Equal(RequestState.Closed, (await site.RequestAsync(receipt.Reference)).State);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("HEAD", "")]
    [InlineData("GET", "?handler=withdraw")]
    [InlineData("GET", "?handler=Withdraw")]
    [InlineData("HEAD", "?handler=withdraw")]
    [InlineData("OPTIONS", "?handler=withdraw")]
    [InlineData("PUT", "?handler=withdraw")]
    [InlineData("DELETE", "?handler=withdraw")]
    [InlineData("GET", "/withdraw")]
    public async Task Withdraw_ByAnythingButPost_ChangesNothing(string method, string suffix)
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();

        using var request = new HttpRequestMessage(new HttpMethod(method), receipt.StatusPath + suffix);
        using var response = await browser.Client.SendAsync(request);

        var stored = await site.RequestAsync(receipt.Reference);
        Assert.Equal((RequestState.New, 0), (stored.State, stored.Version));
        Assert.Equal([RequestEventKind.Received], stored.History.Select(happened => happened.Kind));
    }

    [Fact]
    public async Task Withdraw_WithoutToken_IsRefused()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        using var elsewhere = site.Open();

        var forged = await elsewhere.SubmitAsync(await browser.GetAsync(receipt.StatusPath), RequestJourney.Withdrawal, []);

        Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
        Assert.Equal(RequestState.New, (await site.RequestAsync(receipt.Reference)).State);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%E2%82%AC")]
    [InlineData("' OR 1=1 --")]
    public async Task Status_UnknownToken_IsNotFound(string token)
    {
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/requests/{token}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/request-appointment/receipt/{token}")).Status);
    }

    [Fact]
    public async Task Status_AlmostTheToken_IsNotFound()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var page = await browser.GetAsync(receipt.StatusPath);

        string[] paths =
        [
            receipt.StatusPath[..^1],
            receipt.StatusPath + "A",
            "/requests/" + receipt.StatusPath["/requests/".Length..].ToLowerInvariant(),
            $"/requests/{receipt.Reference}",
        ];
        foreach (var path in paths)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
        }

        page.Page.QuerySelector(RequestJourney.Withdrawal)!.SetAttribute("action", receipt.StatusPath[..^1] + "?handler=withdraw");
        Assert.Equal(HttpStatusCode.NotFound, (await browser.SubmitAsync(page, RequestJourney.Withdrawal, [])).Status);
        Assert.Equal(RequestState.New, (await site.RequestAsync(receipt.Reference)).State);
    }

    [Fact]
    public async Task PrivatePages_Always_AreStoredByNoCache()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var open = await browser.GetAsync(receipt.StatusPath);
        await browser.SubmitAsync(open, RequestJourney.Withdrawal, []);
        var withdrawn = await browser.GetAsync(receipt.StatusPath);

        Assert.All([receipt.Page, open, withdrawn], page => Assert.True(page.Response.Headers.CacheControl?.NoStore, page.Page.Title));
    }

    [Fact]
    public async Task Token_OfARequest_Has128BitsAndIsStoredOnlyAsHash()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("email", "ada@example.com"));
        var token = receipt.StatusPath["/requests/".Length..];
        Assert.Matches("^[A-Za-z0-9_-]{22}$", token);

        var stored = await site.StoredBytesAsync();

        Assert.Contains(receipt.Reference, stored, StringComparison.Ordinal);
        Assert.Contains((await site.RequestAsync(receipt.Reference)).StatusTokenHash, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(token, stored, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Steps(Answer page) => page.Page.QuerySelectorAll(".timeline li").Select(Answer.Words);

    private static IEnumerable<string> Facts(Answer page) =>
        page.Page.QuerySelectorAll("dl.facts > div")
            .Select(fact => $"{fact.QuerySelector("dt")!.TextContent}: {fact.QuerySelector("dd")!.TextContent}");
}
