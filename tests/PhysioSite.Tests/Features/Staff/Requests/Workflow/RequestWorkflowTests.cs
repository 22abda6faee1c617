using System.Net;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Staff;
using static PhysioSite.Tests.Features.Staff.DeskSteps;

namespace PhysioSite.Tests.Features.Staff.Requests.Workflow;

/// <summary>The workflow of one request, from reading it to recording its outcome.</summary>
public sealed class RequestWorkflowTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string ScheduledByPhone = "Scheduled. The patient gave no email address, so please tell them yourself.";

    [Theory]
    [InlineData("608.555.0199 x12", "(608) 555-0199 ext. 12", "tel:+16085550199;ext=12")]
    [InlineData("+7 (946) 660-00", "+7 (946) 660-00", null)]
    public async Task Phone_StoredAsTypedByAnOlderVersion_IsShownAsANumberOrAsItIs(string stored, string shown, string? link)
    {
        var receipt = await site.AskAsync();
        await site.StoreAsTypedAsync(receipt.Reference, stored);

        var page = await (await site.Madison).GetAsync($"/staff/requests/{receipt.Reference}");

        var phone = page.Page.QuerySelectorAll("dl.facts > div")
            .Single(fact => fact.QuerySelector("dt")!.TextContent == "Phone")
            .QuerySelector("dd")!;
        Assert.Equal((shown, link), (phone.TextContent.Trim(), phone.QuerySelector("a")?.GetAttribute("href")));
        Assert.Contains($"Call {shown} (do not leave a message)", page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_Opened_ShowsEverythingThePatientWrote()
    {
        var receipt = await site.AskAsync(
            ("name", "Zoë <b>O’Neil</b>"), ("contact", "text"), ("phone", "608 555 0142"), ("email", "zoe@patients.example"),
            ("message-ok", "yes"), ("for", "someone"), ("seen-before", "yes"), ("access", "A hearing loop, please"),
            ("note", "Line one\r\nLine two"), ("area", "hip"), ("wishes", "monday-morning"), ("visit", "video"), ("clinic", "madison"));
        var staff = await site.Madison;

        var page = await staff.OpenRequestAsync(receipt.Reference);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        var facts = page.Page.QuerySelectorAll("main dl.facts > div")
            .ToDictionary(fact => fact.QuerySelector("dt")!.TextContent, fact => fact.QuerySelector("dd")!);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Name"] = "Zoë <b>O’Neil</b>, asking for someone else",
                ["Contact by"] = "Text (608) 555-0142 (you may leave a message)",
                ["Phone"] = "(608) 555-0142",
                ["Email"] = "zoe@patients.example",
                ["Clinic"] = "Madison, by video",
                ["Preferred times"] = "Monday morning, 7 am to 11 am",
                ["Open then"] = "Monday, November 23: 7 am to 7 pm",
                ["Body area"] = "Hip or groin",
                ["Language of the form"] = "English",
                ["Seen before"] = "Yes",
                ["Language or access"] = "A hearing loop, please",
                ["Note"] = "Line one Line two",
                ["Received"] = "Tuesday, November 17, 9 am (Central Time)",
                ["Answer by"] = "Tuesday, November 17, 5 pm (Central Time)",
            },
            facts.ToDictionary(fact => fact.Key, fact => Answer.Words(fact.Value)));
        Assert.Equal("Line one\nLine two", facts["Note"].TextContent);
        Assert.Equal("tel:+16085550142", facts["Phone"].QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("mailto:zoe@patients.example", facts["Email"].QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Request_FromClaimToOutcome_ShowsItsStateAndHistoryAtEachStep()
    {
        var receipt = await site.AskAsync();
        var email = site.NewEmail("grace");
        var name = NameOf(email);
        using var staff = await site.MadisonAsync(email);

        var opened = await staff.OpenRequestAsync(receipt.Reference);
        var claimed = await FollowAsync(staff, await staff.PressAsync(opened, "Claim"), "Claimed.");
        Assert.StartsWith($"Claimed, claimed by {name}.", Lead(claimed), StringComparison.Ordinal);
        Assert.NotNull(claimed.Page.QuerySelector("#claim button[disabled]"));

        var tried = await FollowAsync(staff, await staff.PressAsync(claimed, "NoAnswer", ("Note", "Rang twice")), "No answer recorded.");
        Assert.StartsWith("No answer yet", Lead(tried), StringComparison.Ordinal);

        var agreed = await staff.PressAsync(tried, "Schedule", ("Agreed", "2026-11-18T10:30"));
        var scheduled = await FollowAsync(staff, agreed, ScheduledByPhone);
        Assert.StartsWith("Scheduled", Lead(scheduled), StringComparison.Ordinal);

        var closed = await FollowAsync(
            staff,
            await staff.PressAsync(scheduled, "Close", ("Outcome", "AppointmentMade"), ("Note", "Comes with her daughter")),
            "Closed.");
        Assert.StartsWith("Closed: appointment made", Lead(closed), StringComparison.Ordinal);

        const string When = "Tuesday, November 17, 9 am (Central Time)";
        Assert.Equal(
            new HashSet<string>
            {
                $"Closed by {name} {When} Comes with her daughter",
                $"Scheduled by {name} {When} For Wednesday, November 18, 10:30 am (Central Time).",
                $"No answer by {name} {When} Call again by Wednesday, November 18, 9 am (Central Time). Rang twice",
                $"Claimed by {name} {When}",
                $"Received {When} Answer promised by Tuesday, November 17, 5 pm (Central Time).",
            },
            closed.Page.QuerySelectorAll(".history li").Select(Answer.Words).ToHashSet());
    }

    [Fact]
    public async Task Request_ChangedOverDays_ShowsTheLatestFirst()
    {
        using var own = new StaffSite();
        var receipt = await own.AskAsync();
        foreach (var note in new[] { "First", "Second", "Third" })
        {
            own.Clock.Advance(TimeSpan.FromDays(1));
            using var staff = await own.MadisonAsync(own.NewEmail());
            await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Note", ("Note", note));
        }

        using var reader = await own.MadisonAsync(own.NewEmail());
        var history = (await reader.OpenRequestAsync(receipt.Reference)).Page.QuerySelectorAll(".history li");

        Assert.Equal(["Third", "Second", "First"], history.Take(3).Select(entry => entry.QuerySelector(".pre")!.TextContent));
        Assert.StartsWith("Received", Answer.Words(history[^1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Claim", RequestEventKind.Claimed, RequestState.Claimed)]
    [InlineData("NoAnswer", RequestEventKind.NoAnswer, RequestState.NoAnswer)]
    [InlineData("Schedule", RequestEventKind.Scheduled, RequestState.Scheduled)]
    [InlineData("Close", RequestEventKind.Closed, RequestState.Closed)]
    [InlineData("Note", RequestEventKind.Note, RequestState.New)]
    public async Task Change_OfEachKind_LeavesOneAuditRowWithWhoAndWhen(
        string handler, RequestEventKind kind, RequestState state)
    {
        var receipt = await site.AskAsync();
        var email = site.NewEmail("grace");
        using var staff = await site.MadisonAsync(email);
        var id = Guid.Parse((await site.PersonPathAsync(email)).Split('/')[^1]);

        var answer = await staff.PressAsync(
            await staff.OpenRequestAsync(receipt.Reference),
            handler,
            ("Note", "Written down"), ("Agreed", "2026-11-18T10:00"), ("Outcome", "SentElsewhere"));

        Assert.Equal($"/staff/requests/{receipt.Reference}", answer.Location);
        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal((state, 1), (request.State, request.Version));
        Assert.Equal([RequestEventKind.Received, RequestEventKind.Viewed, kind], request.History.Select(happened => happened.Kind));
        Assert.All(
            request.History.Skip(1),
            happened => Assert.Equal((id, NameOf(email), site.Clock.UtcNow), (happened.ById, happened.By, happened.AtUtc)));
        Assert.Equal("Written down", request.History[^1].Note?.Value);
    }

    [Fact]
    public async Task Request_OpenedTwice_LeavesAViewRowEachTimeAndChangesNothing()
    {
        var receipt = await site.AskAsync();
        var email = site.NewEmail("grace");
        using var staff = await site.MadisonAsync(email);

        await staff.OpenRequestAsync(receipt.Reference);
        var page = await staff.OpenRequestAsync(receipt.Reference);

        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal(
            [RequestEventKind.Received, RequestEventKind.Viewed, RequestEventKind.Viewed],
            request.History.Select(happened => happened.Kind));
        Assert.Equal((0, RequestState.New), (request.Version, request.State));
        var views = page.Page.QuerySelectorAll("main details li");
        Assert.Equal(2, views.Count(view => view.TextContent.StartsWith(NameOf(email), StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("madison", "Wednesday, November 18, 10:30 am (Central Time)", 16)]
    [InlineData("phoenix", "Wednesday, November 18, 10:30 am (Arizona Time)", 17)]
    public async Task Schedule_AtATimeOfTheClinicsClock_IsShownToStaffAndPatientOnThatClock(string clinic, string shown, int utcHour)
    {
        var receipt = await site.AskAsync(("clinic", clinic));
        using var staff = await site.SignInAsync(site.NewEmail(), StaffRoles.Staff, clinic);

        var opened = await staff.OpenRequestAsync(receipt.Reference);
        var answer = await staff.PressAsync(opened, "Schedule", ("Agreed", "2026-11-18T10:30"));
        var page = await FollowAsync(staff, answer, ScheduledByPhone);

        Assert.Equal(new DateTime(2026, 11, 18, utcHour, 30, 0, DateTimeKind.Utc), (await site.FindAsync(receipt.Reference)).AgreedUtc);
        Assert.Equal(shown, Answer.Words(page.Page.QuerySelector("main dl.facts > div:last-child > dd")!));
        using var patient = site.Open();
        Assert.Contains(shown, (await patient.GetAsync(receipt.StatusPath)).Main, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Enter the agreed day and time")]
    [InlineData(null, "Enter the agreed day and time")]
    [InlineData("tomorrow at ten", "Enter the agreed day and time")]
    [InlineData("2026-02-30T10:00", "Enter the agreed day and time")]
    [InlineData(
        "2026-11-17T08:59",
        "This time has passed. Check the time, or check the box below to record that the patient was seen then. The patient gets no email "
        + "about it")]
    [InlineData("2028-01-01T10:00", "Enter a time at most twelve months from today")]
    public async Task Schedule_WithoutATimeToAccept_Returns400AndKeepsWhatWasTyped(string? agreed, string message)
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;

        var answer = await staff.PressAsync(
            await staff.OpenRequestAsync(receipt.Reference), "Schedule", ("Agreed", agreed), ("Note", "Kept as typed"));

        await AssertRefusedAsync(answer, receipt.Reference, "agreed", message);
        Assert.Equal("Kept as typed", answer.Page.QuerySelector("#note")!.TextContent);
        Assert.Equal(agreed ?? "", answer.Page.QuerySelector("#agreed")!.GetAttribute("value") ?? "");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Nonsense")]
    [InlineData("99")]
    public async Task Close_WithoutOutcome_Returns400AndKeepsWhatWasTyped(string outcome)
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;

        var answer = await staff.PressAsync(
            await staff.OpenRequestAsync(receipt.Reference), "Close", ("Outcome", outcome), ("Note", "Kept as typed"));

        await AssertRefusedAsync(answer, receipt.Reference, "outcome", "Choose an outcome");
        Assert.Equal("Kept as typed", answer.Page.QuerySelector("#note")!.TextContent);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n ")]
    public async Task Note_WithoutText_Returns400(string note)
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;

        var answer = await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Note", ("Note", note));

        await AssertRefusedAsync(answer, receipt.Reference, "note", "Write a note");
    }

    [Theory]
    [InlineData("Claim")]
    [InlineData("NoAnswer")]
    [InlineData("Schedule")]
    [InlineData("Close")]
    [InlineData("Note")]
    public async Task Note_TooLong_Returns400AndIsKept(string handler)
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;
        var note = new string('n', 1001);

        var answer = await staff.PressAsync(
            await staff.OpenRequestAsync(receipt.Reference),
            handler,
            ("Note", note), ("Agreed", "2026-11-18T10:00"), ("Outcome", "NotWanted"));

        await AssertRefusedAsync(answer, receipt.Reference, "note", "Shorten the note to 1000 characters; it has 1001");
        Assert.Equal(note, answer.Page.QuerySelector("#note")!.TextContent);
    }

    private async Task AssertRefusedAsync(Answer answer, string reference, string field, string message)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal($"Error: {message}", Answer.Words(answer.Page.QuerySelector($"#{field}-error")!));
        Assert.Equal(message, answer.Page.QuerySelector($"#error-summary a[href='#{field}']")!.TextContent);
        var request = await site.FindAsync(reference);
        Assert.Equal((RequestState.New, 0), (request.State, request.Version));
        Assert.Equal([RequestEventKind.Received, RequestEventKind.Viewed], request.History.Select(happened => happened.Kind));
    }

    private static async Task<Answer> FollowAsync(Browser staff, Answer answer, string done)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        var page = await staff.GetAsync(answer.Location!);
        Assert.Equal(done, Answer.Words(page.Page.QuerySelector("main .done")!));
        return page;
    }

    private static string Lead(Answer page) => Answer.Words(page.Page.QuerySelector("main .lead")!);
}
