using System.Net;
using System.Text.RegularExpressions;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Email;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>
/// Requests that look like spam are held for staff and no email is sent. Once staff release them, they are treated like any request.
/// </summary>
public sealed class HeldTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string Held = "/staff?state=held";
    private const string HeldForm = "#held";

    private static readonly (string Field, string? Value) Trap = ("subject", "SEO offer");

    [Fact]
    public async Task Form_WithTheHiddenFieldFilled_IsStoredAndNobodyIsMailed()
    {
        var receipt = await site.AskAsync(Trap, ("email", "held@example.com"));

        var stored = await site.FindAsync(receipt.Reference);
        Assert.Equal(RequestState.Held, stored.State);
        Assert.Equal("A field that people do not see was filled in.", stored.HeldBecause);
        Assert.Null(stored.EscalateUtc);
        Assert.Equal([RequestEventKind.Received, RequestEventKind.Held], stored.History.Select(happened => happened.Kind).Order());
        Assert.Empty(await site.MailsAsync(receipt.Reference));
        Assert.Equal(receipt.StatusPath.Split('/')[^1], stored.StatusToken!.Value);
        Assert.DoesNotContain(stored.StatusToken!.Value!, await Appointments.Stored.StoredBytesAsync(site), StringComparison.Ordinal);
        Assert.DoesNotContain(site.Logs.Lines, line => line.Contains("SEO offer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sender_OfAHeldForm_SeesWhatAnyoneSees()
    {
        var (taken, held) = (await site.AskAsync(("email", "ada@example.com")), await site.AskAsync(Trap, ("email", "ada@example.com")));
        using var browser = site.Open();

        Assert.Equal(Seen(taken.Page, taken), Seen(held.Page, held));
        var page = await browser.GetAsync(held.StatusPath);
        Assert.Equal(Seen(await browser.GetAsync(taken.StatusPath), taken), Seen(page, held));
        await browser.SubmitAsync(page, RequestJourney.Withdrawal, []);
        Assert.Contains("You canceled this request.", (await browser.GetAsync(held.StatusPath)).Main, StringComparison.Ordinal);
        var withdrawn = await site.FindAsync(held.Reference);
        Assert.Equal((RequestState.Withdrawn, null), (withdrawn.State, withdrawn.HeldBecause));
    }

    [Fact]
    public async Task HeldForm_SentAgain_YieldsTheFirstReceipt()
    {
        using var browser = site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        var first = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(Trap));

        var again = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());

        Assert.Equal(first.Location, again.Location);
    }

    [Fact]
    public async Task Queue_WithHeldRequests_CountsThemApartAndListsThemWithTheReason()
    {
        var madison = await site.Madison;
        var held = await site.AskAsync(Trap, ("note", "Call me about knees"));
        var elsewhere = await site.AskAsync(Trap, ("clinic", "phoenix"));

        var queue = await madison.GetAsync("/staff?clinic=madison");
        Assert.DoesNotContain(held.Reference, queue.Main, StringComparison.Ordinal);
        var list = await madison.GetAsync(queue.Page.QuerySelector(".tabs a[data-tab=held]")!.GetAttribute("href")!);
        var row = list.Page.QuerySelectorAll("tbody tr").Single(row => row.TextContent.Contains(held.Reference, StringComparison.Ordinal));
        Assert.Contains("A field that people do not see was filled in.", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("Call me about knees", row.QuerySelector(".note")!.TextContent);
        Assert.DoesNotContain(elsewhere.Reference, list.Main, StringComparison.Ordinal);
        Assert.Contains("Why it is held: A field", (await madison.OpenRequestAsync(held.Reference)).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_FromTheList_WritesBothMailsAsForANewRequest()
    {
        using var patient = site.Open();
        var sent = await patient.SubmitAsync(
            await patient.GetAsync("/es/request-appointment"),
            RequestJourney.Form,
            RequestJourney.Answers(Trap, ("email", "beatriz@example.com")));
        var receipt = await patient.GetAsync(sent.Location!);
        var reference = receipt.Page.QuerySelector("#reference")!.TextContent;
        var statusPath = receipt.Page.QuerySelector("main a[href^='/es/requests/']")!.GetAttribute("href")!;
        var before = await site.FindAsync(reference);
        Assert.Empty(await site.MailsAsync(reference));
        site.Clock.Advance(TimeSpan.FromHours(1));

        var staff = await site.Madison;
        var released = await staff.SubmitAsync(await staff.GetAsync(Held), HeldForm, Checked(reference));

        Assert.Equal(Held, released.Location);
        Assert.Contains($"{reference} released", (await staff.GetAsync(Held)).Main, StringComparison.Ordinal);
        var after = await site.FindAsync(reference);
        Assert.Equal((RequestState.New, null), (after.State, after.HeldBecause));
        Assert.Equal(before.ReceivedUtc, after.ReceivedUtc);
        Assert.Equal(before.DueUtc.AddHours(1), after.DueUtc);
        Assert.Equal(after.DueUtc, after.EscalateUtc);
        var last = after.History[^1];
        Assert.Equal((RequestEventKind.Released, true), (last.Kind, last.By!.StartsWith("shared", StringComparison.Ordinal)));

        var clinicMail = await site.ReadMailAsync(reference, "madison@cedarandstride.example");
        Assert.Contains(reference, clinicMail.TextBody, StringComparison.Ordinal);
        var mail = await site.ReadMailAsync(reference, "beatriz@example.com");
        Assert.Contains("Recibimos su solicitud", mail.Subject, StringComparison.Ordinal);
        Assert.Contains(statusPath, mail.TextBody!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await patient.GetAsync(Regex.Match(mail.TextBody!, @"/es/requests/[\w-]+").Value)).Status);
    }

    [Fact]
    public async Task Release_ByTwoPeopleAtOnceAndLater_MailsOnce()
    {
        var receipt = await site.AskAsync(Trap, ("email", "twice@example.com"));
        var staff = await site.Madison;
        using var colleague = await site.MadisonAsync(site.NewEmail());
        var (list, page) = (await staff.GetAsync(Held), await colleague.OpenRequestAsync(receipt.Reference));

        var answers = await Task.WhenAll(
            Task.Run(() => staff.SubmitAsync(list, HeldForm, Checked(receipt.Reference))),
            Task.Run(() => colleague.PressAsync(page, "Release")));
        var late = await colleague.PressAsync(page, "Release");
        await staff.SubmitAsync(list, HeldForm, Checked(receipt.Reference));

        Assert.Equal(HttpStatusCode.Redirect, answers[0].Status);
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal(2, (await site.MailsAsync(receipt.Reference)).Count);
        Assert.Single((await site.FindAsync(receipt.Reference)).History, happened => happened.Kind == RequestEventKind.Released);
        Assert.Contains("is held no longer", (await staff.GetAsync(Held)).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_ByAnotherClinicOrWithoutAToken_ChangesNothing()
    {
        var receipt = await site.AskAsync(Trap);
        var phoenix = await site.Phoenix;

        var inList = await phoenix.ForgeAsync("/staff?handler=Release", "/staff", ("reference", receipt.Reference));
        Assert.Equal(HttpStatusCode.NotFound, inList.Status);
        var onPage = await phoenix.ForgeAsync($"/staff/requests/{receipt.Reference}?handler=Release", "/staff", ("Version", "0"));
        Assert.Equal(HttpStatusCode.NotFound, onPage.Status);
        var withoutToken = await (await site.Madison).ForgeAsync("/staff?handler=Release", "", ("reference", receipt.Reference));
        Assert.Equal(HttpStatusCode.BadRequest, withoutToken.Status);

        Assert.Equal(RequestState.Held, (await site.FindAsync(receipt.Reference)).State);
        Assert.Empty(await site.MailsAsync(receipt.Reference));
    }

    /// <summary>One request that cannot be changed any more does not prevent the others, and each result is named.</summary>
    [Fact]
    public async Task Checked_ReleasedOrClosedTogether_AreEachChangedOrNamed()
    {
        var references = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            references.Add((await site.AskAsync(Trap, ("email", "bulk@example.com"))).Reference);
        }

        var staff = await site.Madison;
        var list = await staff.GetAsync(Held);
        await staff.SubmitAsync(list, HeldForm, Checked(references[0]));
        var nothing = await staff.SubmitAsync(list, HeldForm, []);
        Assert.Equal(Held, nothing.Location);
        Assert.Contains("Check the boxes", (await staff.GetAsync(Held)).Main, StringComparison.Ordinal);

        var without = (await site.AskAsync(Trap)).Reference;
        await staff.SubmitAsync(list, HeldForm, Checked([.. references[..2], without]));
        var released = await staff.GetAsync(Held);
        Assert.Equal(
            $"{references[1]} released: the clinic and the patient are being emailed now. "
            + $"{without} released: the clinic is being emailed now. The patient gave no email address.",
            released.Page.QuerySelector(".done")!.TextContent);
        Assert.Contains(
            $"{references[0]} is held no longer", released.Page.QuerySelector("main [role=alert]")!.TextContent, StringComparison.Ordinal);

        await staff.SubmitAsync(list, HeldForm, Checked([.. references[2..]]), "button[formaction$='handler=Close']");
        var closed = await staff.GetAsync(Held);
        Assert.Contains($"{references[2]}, {references[3]} closed as spam", closed.Main, StringComparison.Ordinal);
        var stored = await site.FindAsync(references[3]);
        Assert.Equal(
            (RequestState.Closed, site.Clock.UtcNow, null, null),
            (stored.State, stored.ClosedUtc, stored.Outcome, stored.HeldBecause));
        Assert.StartsWith("shared", stored.History[^1].By, StringComparison.Ordinal);
        Assert.Empty(await site.MailsAsync(references[3]));
        Assert.DoesNotContain(references[3], (await staff.GetAsync("/staff/export?state=held")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Claim")]
    [InlineData("NoAnswer")]
    [InlineData("Schedule")]
    [InlineData("Close")]
    public async Task Work_OnAHeldRequest_IsRefusedUntilItIsReleased(string handler)
    {
        var receipt = await site.AskAsync(Trap);
        var staff = await site.Madison;
        var page = await staff.OpenRequestAsync(receipt.Reference);
        Assert.Equal(
            ["Release", "Note", "Contact"],
            page.Page.QuerySelectorAll("main form:has([name=Note])").Select(form => form.GetAttribute("action")!.Split("handler=")[1]));

        var answer = await staff.ForgeAsync(
            $"/staff/requests/{receipt.Reference}?handler={handler}",
            "/staff",
            ("Version", "0"), ("Agreed", "2026-11-18T10:00"), ("Outcome", "NotWanted"));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("Release it first", answer.Main, StringComparison.Ordinal);
        Assert.Equal(RequestState.Held, (await site.FindAsync(receipt.Reference)).State);
    }

    private static KeyValuePair<string, string?>[] Checked(params string[] references) =>
        [.. references.Select(reference => KeyValuePair.Create("reference", (string?)reference))];

    /// <summary>The text of a page without the values that differ between any two requests.</summary>
    private static string Seen(Answer page, Receipt of) => page.Main
        .Replace(of.Reference, "…", StringComparison.Ordinal).Replace(of.StatusPath.Split('/')[^1], "…", StringComparison.Ordinal);
}
