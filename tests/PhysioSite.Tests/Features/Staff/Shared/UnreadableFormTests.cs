using System.Net;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Tests.Features.Staff.Shared;

/// <summary>
/// Forms with a value of the wrong type or without a required value are refused. No default value replaces the missing one.
/// </summary>
public sealed class UnreadableFormTests(StaffSite site) : IClassFixture<StaffSite>
{
    private static readonly string[] Handlers =
    [
        "Claim", "NoAnswer", "Schedule", "Close", "Note", "Release",
        "retention?handler=Hold", "retention?handler=LiftHold", "retention?handler=Erase",
    ];

    private static readonly string?[] Versions = [null, "", " ", "abc", "0abc", "0.5", "99999999999999999999", "false"];

    public static TheoryData<string, string?> Changes
    {
        get
        {
            var changes = new TheoryData<string, string?>();
            foreach (var handler in Handlers)
            {
                foreach (var version in Versions)
                {
                    changes.Add(handler, version);
                }
            }

            return changes;
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Version_ThatIsNoNumber_Returns400AndChangesNothing(string handler, string? version)
    {
        var receipt = await site.AskAsync();
        var administrator = await site.Administrator;
        List<(string, string)> fields =
        [
            ("Note", "Written by hand"), ("Agreed", "2026-11-18T10:00"), ("Outcome", "NotWanted"), ("Reason", "A reason"), ("Sure", "true"),
        ];

        var answer = await administrator.ForgeAsync(
            $"/staff/requests/{receipt.Reference}/{(handler.Contains('?') ? "" : "?handler=")}{handler}",
            "/staff",
            [.. fields, .. version is null ? [] : new[] { ("Version", version) }]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("Nothing was changed", answer.Main, StringComparison.Ordinal);
        Assert.Contains("Written by hand", answer.Page.QuerySelectorAll("textarea").Select(text => text.TextContent));
        Assert.DoesNotContain("is not valid", answer.Text, StringComparison.Ordinal);
        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal((0, RequestState.New, null), (request.Version, request.State, request.RetentionHoldReason));
        Assert.Equal([RequestEventKind.Received], request.History.Select(happened => happened.Kind));
    }

    [Fact]
    public async Task Version_OfAnotherState_Returns409AndChangesNothing()
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;

        var answer = await staff.ForgeAsync($"/staff/requests/{receipt.Reference}?handler=Claim", "/staff", ("Version", "-1"));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal(RequestState.New, (await site.FindAsync(receipt.Reference)).State);
    }

    [Theory]
    [InlineData("/staff/delivery?handler=SendAgain", "id", "abc")]
    [InlineData("{person}", "Active", "perhaps")]
    [InlineData("/staff/set-password", "Person", "abc")]
    public async Task Value_OfAnotherType_Returns400(string path, string field, string value)
    {
        var email = site.NewEmail("mary");
        using var mary = await site.MadisonAsync(email);
        var administrator = await site.Administrator;
        var person = await site.PersonPathAsync(email);

        var answer = await administrator.ForgeAsync(path.Replace("{person}", person, StringComparison.Ordinal), "/staff", (field, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("cannot be read", answer.Main, StringComparison.Ordinal);
        Assert.DoesNotContain("is not valid", answer.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await mary.GetAsync("/staff")).Status);
    }

    [Fact]
    public async Task Address_WithAValueOfAnotherType_IsAnsweredAsWithoutIt()
    {
        var staff = await site.Madison;

        var answer = await staff.GetAsync("/staff?page=abc");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("Requests", answer.Page.QuerySelector("main h1")!.TextContent);
        Assert.Null(answer.Page.QuerySelector("#error-summary"));
        Assert.StartsWith("Requests", answer.Page.Title, StringComparison.Ordinal);
    }
}
