using System.Net;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Accounts;

namespace PhysioSite.Tests.Features.Staff;

/// <summary>
/// The access rules for endpoints under /staff. The first test fails for a new page or handler until it has a row in the table.
/// </summary>
public sealed class StaffAccessTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string Password = StaffJourney.Password;

    private static readonly Dictionary<string, Row> Table = new()
    {
        ["GET staff"] = new(Result.SignIn, Result.Ok, Result.Ok, Result.Ok),
        ["POST staff?handler=Claim"] = new(Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("row", "{reference}:0")),
        ["POST staff?handler=NoAnswer"] = new(Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("row", "{reference}:0")),
        ["POST staff?handler=Release"] = new(Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("reference", "{reference}")),
        ["POST staff?handler=Close"] = new(Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("reference", "{reference}")),
        ["GET staff/search"] = new(Result.SignIn, Result.Ok, Result.Ok, Result.Ok),
        ["POST staff/search"] = new(Result.SignIn, Result.Done, Result.Done, Result.Done, ("Words", "patient")),
        ["GET staff/delivery"] = new(Result.SignIn, Result.Ok, Result.Ok, Result.Ok),
        ["POST staff/delivery?handler=SendAgain"] = new(Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("id", "{mail}")),
        ["POST staff/delivery?handler=SendFailedAgain"] = new(Result.SignIn, Result.Done, Result.Done, Result.Done),
        ["POST staff/delivery?handler=Test"] = new(Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("to", "madison")),
        ["GET staff/delivery/{id:guid}"] = new(Result.SignIn, Result.NotFound, Result.Ok, Result.Ok),
        ["GET staff/live"] = new(Result.Unauthorized, Result.Ok, Result.Ok, Result.Ok),
        ["GET staff/stay"] = new(Result.SignIn, Result.Ok, Result.Ok, Result.Ok),
        ["GET staff/export"] = new(Result.SignIn, Result.Ok, Result.Ok, Result.Ok),
        ["GET staff/first-administrator"] = new(Result.Gone, Result.Gone, Result.Gone, Result.Gone),
        ["POST staff/first-administrator"] = new(
            Result.Gone, Result.Gone, Result.Gone, Result.Gone, ("Name", "x"), ("Email", "x@example.org"), ("Password", Password)),
        ["GET staff/password"] = new(Result.SignIn, Result.Ok, Result.Ok, Result.Ok),
        ["POST staff/password"] = new(
            Result.SignIn, Result.BadRequest, Result.BadRequest, Result.BadRequest,
            ("Current", "not the password at all"), ("Password", Password)),
        ["GET staff/people"] = new(Result.SignIn, Result.NotFound, Result.NotFound, Result.Ok),
        ["POST staff/people"] = new(Result.SignIn, Result.NotFound, Result.NotFound, Result.BadRequest, ("Name", "x")),
        ["GET staff/people/{id:guid}"] = new(Result.SignIn, Result.NotFound, Result.NotFound, Result.Ok),
        ["POST staff/people/{id:guid}"] = new(
            Result.SignIn, Result.NotFound, Result.NotFound, Result.Done, ("Clinics", "madison"), ("Active", "true")),
        ["POST staff/people/{id:guid}?handler=Link"] = new(Result.SignIn, Result.NotFound, Result.NotFound, Result.Ok),
        ["GET staff/requests/{reference}"] = new(Result.SignIn, Result.NotFound, Result.Ok, Result.Ok),
        ["POST staff/requests/{reference}?handler=Claim"] = new(Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0")),
        ["POST staff/requests/{reference}?handler=NoAnswer"] = new(
            Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0")),
        ["POST staff/requests/{reference}?handler=Schedule"] = new(
            Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0"), ("Agreed", "2026-12-01T10:00")),
        ["POST staff/requests/{reference}?handler=Close"] = new(
            Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0"), ("Outcome", "NotWanted")),
        ["POST staff/requests/{reference}?handler=Note"] = new(
            Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0"), ("Note", "x")),
        ["GET staff/requests/new"] = new(Result.SignIn, Result.Ok, Result.Ok, Result.Ok),
        ["POST staff/requests/new"] = new(Result.SignIn, Result.BadRequest, Result.BadRequest, Result.BadRequest, ("clinic", "atlantis")),
        ["GET staff/requests/{reference}/transferred"] = new(Result.SignIn, Result.NotFound, Result.NotFound, Result.NotFound),
        ["POST staff/requests/{reference}?handler=ReleaseClaim"] = new(
            Result.SignIn, Result.NotFound, Result.NotThen, Result.NotThen, ("Version", "0")),
        ["POST staff/requests/{reference}?handler=Undo"] = new(
            Result.SignIn, Result.NotFound, Result.NotThen, Result.NotThen, ("Version", "0")),
        ["POST staff/requests/{reference}?handler=Unschedule"] = new(
            Result.SignIn, Result.NotFound, Result.NotThen, Result.NotThen, ("Version", "0")),
        ["POST staff/requests/{reference}?handler=CorrectOutcome"] = new(
            Result.SignIn, Result.NotFound, Result.NotThen, Result.NotThen, ("Version", "0"), ("Outcome", "NotWanted")),
        ["POST staff/requests/{reference}?handler=Reopen"] = new(
            Result.SignIn, Result.NotFound, Result.NotThen, Result.NotThen, ("Version", "0")),
        ["POST staff/requests/{reference}?handler=Acknowledge"] = new(
            Result.SignIn, Result.NotFound, Result.NotThen, Result.NotThen, ("Version", "0")),
        ["POST staff/requests/{reference}?handler=Spam"] = new(
            Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0"), ("Note", "x")),
        ["POST staff/requests/{reference}?handler=Contact"] = new(
            Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0"), ("Phone", "608 555 0143")),
        ["POST staff/requests/{reference}?handler=Transfer"] = new(
            Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0"), ("To", "phoenix"), ("Note", "x")),
        ["POST staff/requests/{reference}?handler=Release"] = new(
            Result.SignIn, Result.NotFound, Result.NotThen, Result.NotThen, ("Version", "0")),
        ["POST staff/requests/{reference}/retention?handler=Hold"] = new(
            Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0"), ("Reason", "x")),
        ["POST staff/requests/{reference}/retention?handler=LiftHold"] = new(
            Result.SignIn, Result.NotFound, Result.Done, Result.Done, ("Version", "0")),
        ["POST staff/requests/{reference}/retention?handler=Erase"] = new(
            Result.SignIn, Result.NotFound, Result.NotFound, Result.Done, ("Version", "0"), ("Sure", "true")),
        ["GET staff/requests/{reference}/retention"] = new(Result.SignIn, Result.NotFound, Result.Ok, Result.Ok),
        ["GET staff/set-password"] = new(Result.Gone, Result.Gone, Result.Gone, Result.Gone),
        ["POST staff/set-password"] = new(
            Result.Gone, Result.Gone, Result.Gone, Result.Gone, ("Person", "{person}"), ("Code", "x"), ("Password", Password)),
        ["GET staff/sign-in"] = new(Result.Ok, Result.Done, Result.Done, Result.Done),
        ["POST staff/sign-in"] = new(
            Result.BadRequest, Result.BadRequest, Result.BadRequest, Result.BadRequest,
            ("Email", "nobody@example.org"), ("Password", Password)),
        ["POST staff/sign-in?handler=SignOut"] = new(Result.SignIn, Result.SignIn, Result.SignIn, Result.SignIn),
    };

    private enum Result
    {
        /// <summary>Redirected to the sign-in page.</summary>
        SignIn,
        NotFound,
        Ok,

        /// <summary>A request of the page's script.</summary>
        Unauthorized,

        /// <summary>Redirected after the action is complete.</summary>
        Done,
        BadRequest,

        /// <summary>The user is authorized, but the current state does not allow the action.</summary>
        NotThen,

        /// <summary>The link is no longer valid.</summary>
        Gone,
    }

    public static TheoryData<string> Rows => [.. Table.Keys];

    public static TheoryData<string> Posts => [.. Table.Keys.Where(key => key.StartsWith("POST", StringComparison.Ordinal))];

    [Fact]
    public async Task Table_NamesEveryEndpointUnderStaff()
    {
        var loader = site.Services.GetRequiredService<PageLoader>();
        var found = new HashSet<string>();
        foreach (var endpoint in site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var page = endpoint.Metadata.GetMetadata<PageActionDescriptor>();
            var pattern = endpoint.RoutePattern.RawText!.Trim('/');
            if (page is null && $"{pattern}/".StartsWith("staff/", StringComparison.OrdinalIgnoreCase))
            {
                found.UnionWith(endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                    .Select(method => $"{method} {pattern}"));
            }
            else if (page is not null && (pattern + page.ViewEnginePath).Contains("staff", StringComparison.OrdinalIgnoreCase))
            {
                // A page responds to GET even without a handler for it.
                found.Add($"GET {pattern}");
                found.UnionWith((await loader.LoadAsync(page, EndpointMetadataCollection.Empty)).HandlerMethods
                    .Select(handler => $"{handler.HttpMethod.ToUpperInvariant()} {pattern}"
                        + (handler.Name is null ? "" : $"?handler={handler.Name}")));
            }
        }

        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Endpoint_ForEachKindOfPerson_AnswersAsTheTableSays(string key)
    {
        var row = Table[key];
        using var anyone = site.Open();
        var (other, own, administrator) = await PeopleAsync(anew: key.EndsWith("SignOut", StringComparison.Ordinal));
        foreach (var (browser, who, expected) in new[]
        {
            (anyone, "anyone", row.Anyone),
            (other, "staff of another clinic", row.Other),
            (own, "staff of the clinic", row.Own),
            (administrator, "an administrator", row.Administrator),
        })
        {
            var things = await ThingsAsync();
            var before = await site.FindAsync(things.Reference);

            var answer = await SendAsync(browser, key, row, things, browser == anyone ? "/staff/sign-in" : "/staff");

            Assert.True(ResultOf(answer) == expected, $"{key} for {who}: {(int)answer.Status} {answer.Location}, expected {expected}");
            if (expected is Result.SignIn or Result.NotFound)
            {
                var after = await site.FindAsync(things.Reference);
                Assert.Equal((before.Version, before.State, before.History.Count), (after.Version, after.State, after.History.Count));
                Assert.DoesNotContain("Unmistakable Patient", answer.Text, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task Post_WithoutToken_Returns400AndChangesNothing(string key)
    {
        var administrator = await site.Administrator;
        var things = await ThingsAsync();

        var answer = await SendAsync(administrator, key, Table[key], things, tokenPage: "");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(
            key == "POST staff/sign-in" ? "Enter your password again" : "Nothing was changed", answer.Main, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, answer.Text, StringComparison.Ordinal);
        var request = await site.FindAsync(things.Reference);
        Assert.Equal((0, RequestState.New), (request.Version, request.State));
        Assert.Equal(HttpStatusCode.OK, (await administrator.GetAsync("/staff")).Status);
    }

    [Fact]
    public async Task Reference_OfNoRequest_Returns404()
    {
        var staff = await site.Madison;

        Assert.Equal(HttpStatusCode.NotFound, (await staff.OpenRequestAsync("AAAAAAAA")).Status);
        var forged = await staff.ForgeAsync("/staff/requests/AAAAAAAA?handler=Claim", "/staff", ("Version", "0"));
        Assert.Equal(HttpStatusCode.NotFound, forged.Status);
    }

    [Fact]
    public async Task Pages_UnderStaff_AreKeptByNoCacheAndNoIndex()
    {
        var staff = await site.Madison;
        var things = await ThingsAsync();

        foreach (var path in new[]
        {
            "/staff", "/staff/search", "/staff/delivery", $"/staff/delivery/{things.Mail}", $"/staff/requests/{things.Reference}",
        })
        {
            var answer = await staff.GetAsync(path);
            Assert.True(answer.Response.Headers.CacheControl?.NoStore, path);
            Assert.NotNull(answer.Page.QuerySelector("meta[name=robots][content=noindex]"));
        }
    }

    private async Task<(Browser Other, Browser Own, Browser Administrator)> PeopleAsync(bool anew) => anew
        ? (await site.PhoenixAsync(site.NewEmail()),
            await site.MadisonAsync(site.NewEmail()),
            await site.AdministratorAsync(site.NewEmail()))
        : (await site.Phoenix, await site.Madison, await site.Administrator);

    private async Task<Things> ThingsAsync()
    {
        var reference = (await site.AskAsync(("name", "Unmistakable Patient"))).Reference;
        await using var scope = site.Services.CreateAsyncScope();
        var directory = scope.ServiceProvider.GetRequiredService<StaffDirectory>();
        var (person, _) = await directory.AddAsync(site.NewEmail("person"), "A Person", StaffRoles.Staff, ["madison"]);
        var mail = await site.WithDatabaseAsync(db => db.Set<OutboxEmail>()
            .Where(mail => mail.Reference == reference)
            .Select(mail => mail.Id)
            .SingleAsync());
        return new Things(reference, mail, person!.Id);
    }

    private static Task<Answer> SendAsync(Browser browser, string key, Row row, Things things, string tokenPage)
    {
        string Fill(string text) => text
            .Replace("{reference}", things.Reference, StringComparison.Ordinal)
            .Replace(
                "{id:guid}",
                (text.Contains("/people/", StringComparison.Ordinal) ? things.Person : things.Mail).ToString(),
                StringComparison.Ordinal)
            .Replace("{mail}", things.Mail.ToString(), StringComparison.Ordinal)
            .Replace("{person}", things.Person.ToString(), StringComparison.Ordinal);

        var path = "/" + Fill(key.Split(' ')[1]);
        return key == "GET staff/live"
            ? HeadersAsync(browser, path)
            : key.StartsWith("GET", StringComparison.Ordinal)
                ? browser.GetAsync(path)
                : browser.ForgeAsync(path, tokenPage, [.. row.Form.Select(field => (field.Field, Fill(field.Value)))]);
    }

    /// <summary>The answer to a stream, which has no end.</summary>
    private static async Task<Answer> HeadersAsync(Browser browser, string path)
    {
        using var response = await browser.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        return new Answer(response, "");
    }

    private static Result? ResultOf(Answer answer) => (answer.Status, answer.Location) switch
    {
        (HttpStatusCode.Redirect, { } to) when to.Split('?')[0] == "/staff/sign-in" => Result.SignIn,
        (HttpStatusCode.Redirect, _) => Result.Done,
        (HttpStatusCode.OK, _) => Result.Ok,
        (HttpStatusCode.NotFound, _) => Result.NotFound,
        (HttpStatusCode.BadRequest, _) => Result.BadRequest,
        (HttpStatusCode.Conflict, _) => Result.NotThen,
        (HttpStatusCode.Gone, _) => Result.Gone,
        (HttpStatusCode.Unauthorized, _) => Result.Unauthorized,
        _ => null,
    };

    /// <param name="Anyone">The result without a sign-in.</param>
    /// <param name="Other">The result for staff of another clinic.</param>
    /// <param name="Own">The result for staff of the clinic that the request, the email and the staff member belong to.</param>
    private sealed record Row(Result Anyone, Result Other, Result Own, Result Administrator, params (string Field, string Value)[] Form);

    private sealed record Things(string Reference, Guid Mail, Guid Person);
}
