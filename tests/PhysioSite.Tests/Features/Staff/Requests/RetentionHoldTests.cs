using System.Net;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>Erasing a request on demand, and keeping a request beyond its retention period.</summary>
public sealed class RetentionHoldTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string HoldForm = "form[action$='handler=Hold']";
    private const string LiftHoldForm = "form[action$='handler=LiftHold']";
    private const string EraseForm = "form[action$='handler=Erase']";

    private static readonly Dictionary<string, string?> Sure = new() { ["Sure"] = "true" };

    [Fact]
    public async Task Erase_OfAnOpenRequest_ClosesItAndLeavesWhoAndWhenAlone()
    {
        var receipt = await site.AskAsync(("name", "Wilhelmina Canary"), ("email", "wilhelmina@example.com"));
        var administrator = await site.Administrator;
        await administrator.PressAsync(
            await administrator.OpenRequestAsync(receipt.Reference),
            "Schedule",
            ("Agreed", "2026-11-18T10:00"), ("Note", "Her knee again"));

        var answer = await administrator.SubmitAsync(await administrator.OpenRequestAsync(receipt.Reference), EraseForm, Sure);

        Assert.Equal($"/staff/requests/{receipt.Reference}", answer.Location);
        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal(
            (RequestState.Closed, RequestOutcome.NotWanted, PatientDetails.Erased, null, site.Clock.UtcNow, null),
            (request.State, request.Outcome, request.Details.Value, request.AgreedUtc, request.ErasedUtc, request.EscalateUtc));
        Assert.All(request.History, happened => Assert.Null(happened.Note));
        var erased = request.History.Single(happened => happened.Kind == RequestEventKind.Erased);
        Assert.StartsWith("shared", erased.By, StringComparison.Ordinal);
        Assert.Empty(await site.MailsAsync(receipt.Reference));
        Assert.Equal(0, site.WriteAheadLogLength());
        using var patient = site.Open();
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(receipt.StatusPath)).Status);

        var page = await administrator.OpenRequestAsync(receipt.Reference);
        Assert.Contains(
            "Erased: Tuesday, November 17, 9 am (Central Time). What the patient told us is gone.",
            page.Page.QuerySelectorAll("dl.facts > div").Select(fact => $"{fact.Children[0].TextContent}: {fact.Children[1].TextContent}"));
        Assert.Empty(page.Page.QuerySelectorAll("main form"));
        Assert.DoesNotContain("Wilhelmina", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erase_WithoutTheTick_IsRefusedAndChangesNothing()
    {
        var receipt = await site.AskAsync();
        var administrator = await site.Administrator;
        var page = await administrator.OpenRequestAsync(receipt.Reference);
        Assert.True(page.Page.QuerySelector("#sure")!.HasAttribute("required"));

        var answer = await administrator.SubmitAsync(page, EraseForm, []);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("#sure", answer.Page.QuerySelector("#error-summary a")!.GetAttribute("href"));
        Assert.True(answer.Page.QuerySelector("#sure")!.Closest("details")!.HasAttribute("open"));
        Assert.Null((await site.FindAsync(receipt.Reference)).ErasedUtc);
    }

    [Fact]
    public async Task ErasedRequest_InTheQueue_IsSeenAmongClosedAndAllOnly()
    {
        var receipt = await site.AskAsync();
        using (var patient = site.Open())
        {
            await patient.SubmitAsync(await patient.GetAsync(receipt.StatusPath), RequestJourney.Withdrawal, []);
        }

        var other = await site.AskAsync();
        var administrator = await site.Administrator;
        foreach (var reference in new[] { receipt.Reference, other.Reference })
        {
            await administrator.SubmitAsync(await administrator.OpenRequestAsync(reference), EraseForm, Sure);
        }

        Assert.Equal(RequestState.Withdrawn, (await site.FindAsync(receipt.Reference)).State);
        Assert.DoesNotContain(receipt.Reference, (await administrator.GetAsync("/staff?state=canceled")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Reference, (await administrator.GetAsync("/staff")).Text, StringComparison.Ordinal);
        foreach (var (reference, state) in new[] { (other.Reference, "closed"), (receipt.Reference, "all") })
        {
            var queue = await administrator.GetAsync($"/staff?state={state}");
            var row = queue.Page.QuerySelectorAll("tbody tr")
                .Single(row => row.TextContent.Contains(reference, StringComparison.Ordinal));
            var time = row.QuerySelector("time")!;
            Assert.Equal(("Erased", "Tuesday, November 17, 9 am (Central Time)"), (time.TextContent, time.GetAttribute("title")));
            Assert.Null(row.QuerySelector(".call"));
        }
    }

    [Theory]
    [InlineData("?handler=Note", "Note", "More about her")]
    [InlineData("retention?handler=Hold", "Reason", "More about her")]
    public async Task ErasedRequest_ForgedChange_IsRefused(string form, string field, string value)
    {
        var receipt = await site.AskAsync();
        var administrator = await site.Administrator;
        await administrator.SubmitAsync(await administrator.OpenRequestAsync(receipt.Reference), EraseForm, Sure);
        var version = (await site.FindAsync(receipt.Reference)).Version;

        var answer = await administrator.ForgeAsync(
            $"/staff/requests/{receipt.Reference}/{form}",
            "/staff/people",
            ("Version", version.ToString(System.Globalization.CultureInfo.InvariantCulture)), (field, value));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.All((await site.FindAsync(receipt.Reference)).History, happened => Assert.Null(happened.Note));
    }

    [Fact]
    public async Task KeptRequest_IsNotErasedUntilItIsKeptNoLonger()
    {
        var receipt = await site.AskAsync();
        var administrator = await site.Administrator;
        var before = await administrator.OpenRequestAsync(receipt.Reference);
        var staff = await site.Madison;
        var page = await staff.OpenRequestAsync(receipt.Reference);
        Assert.Null(page.Page.QuerySelector(EraseForm));

        Assert.Equal(HttpStatusCode.Redirect, (await staff.SubmitAsync(page, HoldForm, Reason("  A complaint\tis open "))).Status);

        Assert.Equal("A complaint is open", (await site.FindAsync(receipt.Reference)).RetentionHoldReason?.Value);
        Assert.DoesNotContain("complaint", await site.StoredBytesAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await administrator.SubmitAsync(before, EraseForm, Sure)).Status);
        var kept = await administrator.OpenRequestAsync(receipt.Reference);
        Assert.Null(kept.Page.QuerySelector(EraseForm));
        Assert.Contains("A complaint is open", kept.Main, StringComparison.Ordinal);
        Assert.Null((await site.FindAsync(receipt.Reference)).ErasedUtc);

        await staff.SubmitAsync(await staff.OpenRequestAsync(receipt.Reference), LiftHoldForm, []);
        await administrator.SubmitAsync(await administrator.OpenRequestAsync(receipt.Reference), EraseForm, Sure);

        var request = await site.FindAsync(receipt.Reference);
        Assert.NotNull(request.ErasedUtc);
        Assert.Null(request.RetentionHoldReason);
        Assert.Equal(
            1, request.History.Count(happened => happened is { Kind: RequestEventKind.Kept, Note: null, By: not null }));
        Assert.Contains(request.History, happened => happened.Kind == RequestEventKind.KeptNoLonger);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(201)]
    public async Task Keep_WithoutAReasonOrWithALongOne_IsRefused(object reason)
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;
        var text = reason is int length ? new string('x', length) : (string)reason;

        var answer = await staff.SubmitAsync(await staff.OpenRequestAsync(receipt.Reference), HoldForm, Reason(text));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(
            "Write the reason to keep it, in at most 200 characters",
            answer.Page.QuerySelector("#error-summary a[href='#reason']")!.TextContent);
        Assert.Equal("reason-error", answer.Page.QuerySelector("#reason")!.GetAttribute("aria-describedby"));
        Assert.Null((await site.FindAsync(receipt.Reference)).RetentionHoldReason);
    }

    [Fact]
    public async Task Erase_OfARequestThatSomeoneElseChanged_Returns409()
    {
        var receipt = await site.AskAsync();
        var administrator = await site.Administrator;
        var page = await administrator.OpenRequestAsync(receipt.Reference);
        var staff = await site.Madison;
        await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Claim");

        var answer = await administrator.SubmitAsync(page, EraseForm, Sure);

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("changed this request while you had it open: claimed.", answer.Main, StringComparison.Ordinal);
        Assert.Null((await site.FindAsync(receipt.Reference)).ErasedUtc);
    }

    private static Dictionary<string, string?> Reason(string text) => new() { ["Reason"] = text };
}
