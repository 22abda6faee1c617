using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Staff.Requests;
using PhysioSite.Tests.Email.Outbox;
using static PhysioSite.Tests.Features.Clinics.SampleClinic;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>The actions on a request beyond claiming, scheduling and closing it.</summary>
public sealed class ActionTests(StaffSite site) : IClassFixture<StaffSite>
{
    private static readonly string[] All = ["Claim", "NoAnswer", "Schedule", "Close", "Note", "Contact", "Transfer", "Spam"];

    [Fact]
    public async Task Page_HasOneFormForEachActionSoThatEnterPicksNoOther()
    {
        var receipt = await site.AskAsync();

        var page = await (await site.Madison).OpenRequestAsync(receipt.Reference);

        var forms = page.Page.QuerySelectorAll("main form[action*='?handler=']").Select(form => (
            Handler: form.GetAttribute("action")!.Split("handler=")[1],
            Notes: form.QuerySelectorAll("[name=Note]").Length,
            Formactions: form.QuerySelectorAll("[formaction]").Length)).ToList();
        Assert.Equal(All.Order(), forms.Select(form => form.Handler).Where(All.Contains).Order());
        Assert.All(forms.Where(form => All.Contains(form.Handler)), form => Assert.Equal((1, 0), (form.Notes, form.Formactions)));
        var ids = page.Page.QuerySelectorAll("[id]").Select(element => element.Id).ToList();
        Assert.Equal(ids.Distinct().Count(), ids.Count);
        Assert.Equal("Ada Example", page.Page.QuerySelector("h1")!.TextContent);
    }

    [Theory]
    [InlineData("LeftMessage", "NextDay", RequestState.NoAnswer, "2026-11-18 15:00")]
    [InlineData("Busy", "TwoHours", RequestState.NoAnswer, "2026-11-17 17:00")]
    [InlineData("WrongNumber", "TwoDays", RequestState.NoAnswer, "2026-11-19 15:00")]
    [InlineData("Answered", "TwoHours", RequestState.Claimed, "2026-11-17 17:00")]
    public async Task Call_WithAResult_IsDueAgainAndEscalatesLikeAFirstCall(string result, string next, RequestState state, string dueUtc)
    {
        var receipt = await site.AskAsync();

        await (await site.Madison).PressOnAsync(receipt, "NoAnswer", ("Result", result), ("NextTry", next));

        var request = await site.FindAsync(receipt.Reference);
        var due = DateTime.SpecifyKind(DateTime.Parse(dueUtc, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);
        Assert.Equal((state, due, due, 1), (request.State, request.DueUtc, request.EscalateUtc, request.Calls));
        Assert.Equal((result, due), (request.History[^1].Result?.ToString(), request.History[^1].TimeUtc));
        Assert.True(request.IsOverdue(due.AddMinutes(1)));
    }

    [Theory]
    [InlineData(NextTry.NextDay, "2026-11-20 16:00 -6", "2026-11-23 09:00 -6")]
    [InlineData(NextTry.TwoDays, "2026-11-20 16:00 -6", "2026-11-24 09:00 -6")]
    [InlineData(NextTry.TwoHours, "2026-11-20 18:00 -6", "2026-11-23 08:00 -6")]
    public void NextTry_OverAWeekend_IsOnAnOpenDay(NextTry next, string now, string expected)
    {
        var clinic = In("America/Chicago", "07:00-19:00");

        Assert.Equal(Utc(expected), NextTries.Time(next, clinic, Utc(now)));
    }

    [Fact]
    public async Task Release_OfAHeldRequest_KeepsTheNoteAndSaysWhoIsEmailed()
    {
        var receipt = await site.AskAsync(("subject", "SEO offer"));
        var staff = await site.Madison;
        var page = await staff.OpenRequestAsync(receipt.Reference);
        Assert.Contains("The patient gave no email address, so only the clinic is emailed.", page.Main, StringComparison.Ordinal);

        var answer = await staff.PressAsync(page, "Release", ("Note", "A real patient"));

        Assert.Contains(
            "Released: the clinic is being emailed now. The patient gave no email address.",
            (await staff.GetAsync(answer.Location!)).Main,
            StringComparison.Ordinal);
        var released = (await site.FindAsync(receipt.Reference)).History.Single(happened => happened.Kind == RequestEventKind.Released);
        Assert.Equal("A real patient", released.Note?.Value);
    }

    [Fact]
    public async Task Request_MarkedAsSpamThenReleasedClosedAndReopened_IsInTheQueueAgain()
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;
        var refused = await staff.PressOnAsync(receipt, "Spam");
        Assert.Contains("Write the reason", refused.Main, StringComparison.Ordinal);
        await staff.PressOnAsync(receipt, "Spam", ("Note", "Sells links"));
        var held = await site.FindAsync(receipt.Reference);
        Assert.Equal((RequestState.Held, null, "Sells links"), (held.State, held.EscalateUtc, held.History[^1].Note?.Value));

        await staff.PressOnAsync(receipt, "Release");
        await staff.PressOnAsync(receipt, "Close", ("Outcome", "NotWanted"));
        await staff.PressOnAsync(receipt, "Reopen", ("Note", "Called back"));

        var open = await site.FindAsync(receipt.Reference);
        Assert.Equal((RequestState.Claimed, null, null), (open.State, open.Outcome, open.ClosedUtc));
        Assert.NotNull(open.EscalateUtc);
        await staff.PressOnAsync(receipt, "ReleaseClaim");
        Assert.Equal((RequestState.New, null), ((await site.FindAsync(receipt.Reference)).State, open.Outcome));
    }

    [Fact]
    public async Task Contact_Corrected_IsAuditedAndUsedAfterwards()
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;
        var refused = await staff.PressOnAsync(receipt, "Contact", ("Phone", "12"), ("Email", "not an address"));
        Assert.NotNull(refused.Page.QuerySelector("#phone-error"));
        Assert.NotNull(refused.Page.QuerySelector("#email-error"));

        await staff.PressOnAsync(receipt, "Contact", ("Phone", "608 555 0199"), ("Email", "new@example.com"), ("Note", "By phone"));

        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal(("+16085550199", "new@example.com"), (request.Details.Value!.Phone, request.Details.Value.Email));
        Assert.Equal(
            "Phone: (608) 555-0142, now (608) 555-0199\nEmail: none, now new@example.com\nBy phone", request.History[^1].Note?.Value);
    }

    [Fact]
    public async Task Transfer_ToAnotherClinic_TellsBothAndLeavesATraceWithoutDetails()
    {
        var receipt = await site.AskAsync(("name", "Wilhelmina Canary"), ("email", "ada@example.com"));
        var staff = await site.Madison;
        var refused = await staff.PressOnAsync(receipt, "Transfer", ("To", "madison"));
        Assert.NotNull(refused.Page.QuerySelector("#to-error"));

        await staff.PressOnAsync(receipt, "Transfer", ("To", "phoenix"), ("Note", "Moved away"));

        var trace = await staff.GetAsync((await staff.OpenRequestAsync(receipt.Reference)).Location!);
        Assert.Contains("gave it to Phoenix", trace.Main, StringComparison.Ordinal);
        Assert.DoesNotContain("Wilhelmina", trace.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Moved away", trace.Text, StringComparison.Ordinal);
        var page = await (await site.Phoenix).OpenRequestAsync(receipt.Reference);
        Assert.Contains("From Madison to Phoenix: Moved away", page.Main, StringComparison.Ordinal);
        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal(("phoenix", RequestState.New, request.DueUtc), (request.ClinicSlug, request.State, request.EscalateUtc));
        var mails = await site.MailsAsync(receipt.Reference);
        Assert.Contains(mails, mail => mail is { Kind: EmailKind.ClinicNotice, ClinicSlug: "phoenix" });
        Assert.Equal("ada@example.com", mails.Single(mail => mail.Kind == EmailKind.RequestTransferred).Content.Value!.To);
        using var patient = site.Open();
        Assert.Contains("Phoenix", (await patient.GetAsync(receipt.StatusPath)).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PhoneCall_Entered_IsARequestOfTheUsersClinicOnly()
    {
        var staff = await site.Madison;
        var page = await staff.GetAsync("/staff/requests/new");
        Assert.Null(page.Page.QuerySelector("#clinic option[value=phoenix]"));
        KeyValuePair<string, string?>[] answers =
            [new("name", "Carla Caller"), new("phone", "608 555 0188"), new("email", "carla@example.com"), new("language", "es")];

        var elsewhere = await staff.SubmitAsync(page, "main form", [.. answers, new("clinic", "phoenix")]);
        var sent = await staff.SubmitAsync(page, "main form", [.. answers, new("clinic", "madison")]);
        var again = await staff.SubmitAsync(page, "main form", [.. answers, new("clinic", "madison")]);

        Assert.NotNull(elsewhere.Page.QuerySelector("#clinic-error"));
        Assert.Contains("Carla Caller", elsewhere.Text, StringComparison.Ordinal);
        Assert.Equal(sent.Location, again.Location);
        var request = await site.FindAsync(sent.Location!.Split('/')[^1]);
        Assert.Equal(
            ("madison", RequestState.New, "Carla Caller", "es"),
            (request.ClinicSlug, request.State, request.Details.Value!.Name, request.Language));
        Assert.NotNull(request.History.Single(happened => happened.Kind == RequestEventKind.Received).By);
        var mail = (await site.MailsAsync(request.Reference)).Single(mail => mail.Kind == EmailKind.PatientConfirmation).Content.Value!;
        Assert.StartsWith("Recibimos su solicitud", mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaveAndNext_OpensTheWaitingRequestThatIsDueFirst()
    {
        using var own = new StaffSite();
        var first = await own.AskAsync();
        own.Clock.Advance(TimeSpan.FromHours(1));
        var second = await own.AskAsync();
        using var staff = await own.MadisonAsync(own.NewEmail());

        var next = await staff.PressOnAsync(first, "NoAnswer", ("Then", "next"));
        var done = await staff.PressOnAsync(second, "Close", ("Outcome", "NotWanted"), ("Then", "next"));

        Assert.Equal($"/staff/requests/{second.Reference}", next.Location);
        Assert.Equal($"/staff/requests/{first.Reference}", done.Location);
    }

    [Fact]
    public async Task SaveAndNext_FromAFilteredList_StaysInThatList()
    {
        using var own = new StaffSite();
        var (one, two) = (await own.AskAsync(("clinic", "phoenix")), await own.AskAsync(("clinic", "phoenix")));
        await own.AskAsync(("clinic", "boston"));
        using var staff = await own.AdministratorAsync(own.NewEmail());
        const string List = "?returnUrl=%2Fstaff%3Fclinic%3Dphoenix%26state%3Dtoday";

        var next = await staff.PressAsync(
            await staff.GetAsync($"/staff/requests/{one.Reference}{List}"), "Close", ("Outcome", "NotWanted"), ("Then", "next"));
        Assert.Equal($"/staff/requests/{two.Reference}{List}", next.Location);
        var undo = (await staff.GetAsync(next.Location!)).Page.QuerySelector(".undo");
        var done = await staff.PressAsync(
            await staff.GetAsync(next.Location!), "Close", ("Outcome", "NotWanted"), ("Then", "next"));

        Assert.EndsWith("?handler=Undo&returnUrl=%2Fstaff%3Fclinic%3Dphoenix%26state%3Dtoday", undo!.GetAttribute("action"));
        Assert.Equal("/staff?clinic=phoenix&state=today", done.Location);
    }

    [Fact]
    public async Task Colleague_WhoIsDeactivatedOrLeavesTheClinic_LosesTheirClaims()
    {
        var (email, mover) = (site.NewEmail("grace"), site.NewEmail("henry"));
        using var grace = await site.MadisonAsync(email);
        using var henry = await site.MadisonAsync(mover);
        var (one, two) = (await site.AskAsync(), await site.AskAsync());
        await grace.PressOnAsync(one, "Claim");
        await henry.PressOnAsync(two, "Claim");
        var administrator = await site.Administrator;

        await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(email)), "main form", [new("Active", null)]);
        await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(mover)), "main form", [new("Clinics", "phoenix")]);

        foreach (var receipt in new[] { one, two })
        {
            var request = await site.FindAsync(receipt.Reference);
            Assert.Equal((RequestState.New, null, request.DueUtc), (request.State, request.ClaimedById, request.EscalateUtc));
            Assert.Contains("no longer works on it", request.History[^1].Note?.Value, StringComparison.Ordinal);
        }
    }
}
