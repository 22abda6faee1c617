using System.Net;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Tests.Features.Staff.Requests.Workflow;

/// <summary>What was just done can be undone.</summary>
public sealed class UndoTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Fact]
    public async Task Claim_JustTakenOver_CanBeUndoneAndIsTheColleaguesAgain()
    {
        var receipt = await site.AskAsync();
        using var ana = await site.MadisonAsync(site.NewEmail("ana"));
        using var ben = await site.MadisonAsync(site.NewEmail("ben"));
        await ana.PressOnAsync(receipt, "Claim");
        var before = await site.FindAsync(receipt.Reference);
        var claimed = await ben.GetAsync((await ben.PressOnAsync(receipt, "Claim")).Location!);

        await ben.SubmitAsync(claimed, ".undo", []);

        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal((before.State, before.ClaimedBy), (request.State, request.ClaimedBy));
        Assert.Null((await ben.OpenRequestAsync(receipt.Reference)).Page.QuerySelector(".undo"));
        using var patient = site.Open();
        var timeline = (await patient.GetAsync(receipt.StatusPath)).Page.QuerySelector(".timeline")!.TextContent;
        Assert.Contains("ana", timeline, StringComparison.Ordinal);
        Assert.DoesNotContain("ben", timeline, StringComparison.Ordinal);
    }

    /// <summary>Closing resets nothing that undoing does not bring back, for example how long the request is overdue.</summary>
    [Fact]
    public async Task Close_JustDone_CanBeUndoneForTenSecondsAndNoLonger()
    {
        using var own = new StaffSite();
        var receipt = await own.AskAsync();
        own.Clock.Advance(TimeSpan.FromHours(9));
        using var staff = await own.MadisonAsync(own.NewEmail());
        var before = await own.FindAsync(receipt.Reference);
        var closed = await staff.GetAsync((await staff.PressOnAsync(receipt, "Close", ("Outcome", "NotWanted"))).Location!);
        own.Clock.Advance(TimeSpan.FromSeconds(12));
        await staff.SubmitAsync(closed, ".undo", []);
        var open = await own.FindAsync(receipt.Reference);
        Assert.Equal(
            (before.State, before.DueUtc, before.EscalateUtc, null, null),
            (open.State, open.DueUtc, open.EscalateUtc, open.Outcome, open.ClosedUtc));
        Assert.True(open.History.Single(happened => happened.Kind == RequestEventKind.Closed).IsUndone);

        closed = await staff.GetAsync((await staff.PressOnAsync(receipt, "Close", ("Outcome", "NotWanted"))).Location!);
        own.Clock.Advance(TimeSpan.FromSeconds(16));
        var refused = await staff.SubmitAsync(closed, ".undo", []);

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("An action can be undone for ten seconds.", refused.Main, StringComparison.Ordinal);
        Assert.Equal(RequestState.Closed, (await own.FindAsync(receipt.Reference)).State);
    }

    [Fact]
    public async Task Undo_OfAnotherPersonOrMadeUp_IsRefused()
    {
        var receipt = await site.AskAsync();
        using var ana = await site.MadisonAsync(site.NewEmail("ana"));
        using var ben = await site.MadisonAsync(site.NewEmail("ben"));
        var claimed = await ana.GetAsync((await ana.PressOnAsync(receipt, "Claim")).Location!);
        var token = claimed.Page.QuerySelector(".undo [name=Undo]")!.GetAttribute("value")!;
        var path = $"/staff/requests/{receipt.Reference}";

        foreach (var forged in new[] { token, "", "x" })
        {
            var answer = await ben.ForgeAsync($"{path}?handler=Undo", path, ("Version", "1"), ("Undo", forged));
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        }

        Assert.Equal(RequestState.Claimed, (await site.FindAsync(receipt.Reference)).State);
    }

    /// <summary>The patient has been told that the appointment is canceled, so that closing is not offered to be undone.</summary>
    [Fact]
    public async Task Close_ThatCancelsAnAgreedTime_SaysSoAndIsNotUndone()
    {
        var receipt = await site.AskAsync(("email", "told@example.com"));
        var staff = await site.Madison;
        await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-18T10:30"));

        var page = await staff.GetAsync((await staff.PressOnAsync(receipt, "Close", ("Outcome", "NotWanted"))).Location!);

        Assert.Contains("Closed. The patient is being emailed.", page.Main, StringComparison.Ordinal);
        Assert.Null(page.Page.QuerySelector(".undo"));
    }
}
