using System.Net;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using static PhysioSite.Tests.Features.Staff.DeskSteps;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>Concurrent changes to a request by two staff members, or by staff and the patient, and actions on finished requests.</summary>
public sealed class CollisionTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Theory]
    [InlineData("Claim")]
    [InlineData("NoAnswer")]
    [InlineData("Schedule")]
    [InlineData("Close")]
    [InlineData("Note")]
    public async Task Change_OfARequestThatSomeoneElseChanged_Returns409WithWhoAndWhatAndKeepsTheNote(string handler)
    {
        var receipt = await site.AskAsync();
        var graceEmail = site.NewEmail("grace");
        using var grace = await site.MadisonAsync(graceEmail);
        using var ada = await site.MadisonAsync(site.NewEmail("ada"));
        var gracesPage = await grace.OpenRequestAsync(receipt.Reference);
        var adasPage = await ada.OpenRequestAsync(receipt.Reference);
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        await grace.PressAsync(gracesPage, "NoAnswer", ("Note", "Grace rang"));

        var answer = await ada.PressAsync(
            adasPage, handler, ("Note", "Ada wrote this"), ("Agreed", "2026-11-18T10:00"), ("Outcome", "NotWanted"));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains(
            $"{NameOf(graceEmail)} changed this request while you had it open: no answer.",
            Answer.Words(answer.Page.QuerySelector("#error-summary")!),
            StringComparison.Ordinal);
        Assert.Equal("Ada wrote this", answer.Page.QuerySelector("#note")!.TextContent);
        Assert.Contains("Grace rang", answer.Page.QuerySelector(".history")!.TextContent, StringComparison.Ordinal);
        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal((RequestState.NoAnswer, 1, null, null), (request.State, request.Version, request.AgreedUtc, request.Outcome));
        Assert.DoesNotContain(request.History, happened => happened.Note?.Value == "Ada wrote this");

        // After the page shows the new version, Ada can submit again.
        var again = await ada.PressAsync(answer, handler, ("Agreed", "2026-11-18T10:00"), ("Outcome", "NotWanted"));
        Assert.Equal(HttpStatusCode.Redirect, again.Status);
        Assert.Equal(2, (await site.FindAsync(receipt.Reference)).Version);
    }

    [Fact]
    public async Task Changes_AtTheSameMoment_OneIsMadeAndTheOtherIsTold()
    {
        using var grace = await site.MadisonAsync(site.NewEmail("grace"));
        using var ada = await site.MadisonAsync(site.NewEmail("ada"));
        for (var round = 0; round < 10; round++)
        {
            var receipt = await site.AskAsync();
            var gracesPage = await grace.OpenRequestAsync(receipt.Reference);
            var adasPage = await ada.OpenRequestAsync(receipt.Reference);

            var answers = await Task.WhenAll(
                Task.Run(() => grace.PressAsync(gracesPage, "Claim")),
                Task.Run(() => ada.PressAsync(adasPage, "Close", ("Outcome", "NotWanted"))));

            Assert.Equal([HttpStatusCode.Redirect, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
            var request = await site.FindAsync(receipt.Reference);
            Assert.Equal(1, request.Version);
            Assert.Single(request.History, happened => happened.Kind is RequestEventKind.Claimed or RequestEventKind.Closed);
        }
    }

    [Fact]
    public async Task Change_OfARequestThePatientWithdrew_Returns409AndItStaysWithdrawn()
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;
        var page = await staff.OpenRequestAsync(receipt.Reference);
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        await WithdrawAsync(receipt);

        var answer = await staff.PressAsync(page, "Schedule", ("Agreed", "2026-11-18T10:00"), ("Note", "Kept as typed"));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains(
            "The patient changed this request while you had it open: canceled by the patient.", answer.Main, StringComparison.Ordinal);
        Assert.Equal("Kept as typed", answer.Page.QuerySelector("#note")!.TextContent);
        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal((RequestState.Withdrawn, null), (request.State, request.AgreedUtc));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_ClosedOrWithdrawn_OffersAndTakesNotesAlone(bool withdrawn)
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;
        await FinishAsync(staff, receipt, withdrawn);

        var page = await staff.OpenRequestAsync(receipt.Reference);
        Assert.Equal(
            [$"/staff/requests/{receipt.Reference}?handler=Note"],
            page.Page.QuerySelectorAll("main form:has(#note)").Select(form => form.GetAttribute("action")));
        var answer = await staff.PressAsync(page, "Note", ("Note", "One thing more"));

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal(withdrawn ? RequestState.Withdrawn : RequestState.Closed, request.State);
        Assert.Single(request.History, happened => happened.Note?.Value == "One thing more");
    }

    [Theory]
    [InlineData("Claim", false)]
    [InlineData("NoAnswer", false)]
    [InlineData("Schedule", false)]
    [InlineData("Close", false)]
    [InlineData("Claim", true)]
    [InlineData("NoAnswer", true)]
    [InlineData("Schedule", true)]
    [InlineData("Close", true)]
    public async Task Change_ForgedForAFinishedRequest_Returns409AndChangesNothing(string handler, bool withdrawn)
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;
        await FinishAsync(staff, receipt, withdrawn);
        var before = await site.FindAsync(receipt.Reference);

        // The version is current, so it is not the reason for the refusal.
        Assert.Equal(1, before.Version);
        var answer = await staff.ForgeAsync(
            $"/staff/requests/{receipt.Reference}?handler={handler}",
            "/staff",
            ("Version", "1"), ("Agreed", "2026-11-18T10:00"), ("Outcome", "Duplicate"));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        var after = await site.FindAsync(receipt.Reference);
        Assert.Equal(
            (before.State, before.Outcome, before.Version, before.History.Count),
            (after.State, after.Outcome, after.Version, after.History.Count));
    }

    [Fact]
    public async Task Patient_WithdrawingAClosedRequest_LeavesItClosed()
    {
        var receipt = await site.AskAsync();
        using var patient = site.Open();
        var statusPage = await patient.GetAsync(receipt.StatusPath);
        var staff = await site.Madison;
        await FinishAsync(staff, receipt, withdrawn: false);

        await patient.SubmitAsync(statusPage, RequestJourney.Withdrawal, []);

        Assert.Equal(RequestState.Closed, (await site.FindAsync(receipt.Reference)).State);
        Assert.Contains("This request is closed.", (await patient.GetAsync(receipt.StatusPath)).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ClaimedBySomeone_CanBeTakenOverKnowingly()
    {
        var receipt = await site.AskAsync();
        var (graceEmail, adaEmail) = (site.NewEmail("grace"), site.NewEmail("ada"));
        using var grace = await site.MadisonAsync(graceEmail);
        await grace.PressAsync(await grace.OpenRequestAsync(receipt.Reference), "Claim");
        using var ada = await site.MadisonAsync(adaEmail);

        var page = await ada.OpenRequestAsync(receipt.Reference);
        Assert.Equal($"Take over from {NameOf(graceEmail)}", page.Page.QuerySelector("#claim button")!.TextContent);
        await ada.PressAsync(page, "Claim");

        Assert.Equal(NameOf(adaEmail), (await site.FindAsync(receipt.Reference)).ClaimedBy);
    }

    private async Task FinishAsync(Browser staff, Receipt receipt, bool withdrawn)
    {
        if (withdrawn)
        {
            await WithdrawAsync(receipt);
        }
        else
        {
            await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Close", ("Outcome", "NotWanted"));
        }
    }

    private async Task WithdrawAsync(Receipt receipt)
    {
        using var patient = site.Open();
        var answer = await patient.SubmitAsync(await patient.GetAsync(receipt.StatusPath), RequestJourney.Withdrawal, []);
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
    }
}
