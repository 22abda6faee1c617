using System.Net;
using System.Text.Json;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Features.Appointments.Patient;

/// <summary>What patients see and do on their private page after the request was sent.</summary>
public sealed class PrivatePageTests : IDisposable
{
    private const string Times = "main form[action$='handler=times']";
    private const string NotCalled = "main form[action$='handler=notCalled']";

    private readonly StaffSite _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Timeline_OfARequest_TellsWhatHappenedAndNothingInternal()
    {
        var receipt = await _site.AskAsync();
        using var staff = await _site.SignInAsync("grace@cedarandstride.example", "Staff", "madison");
        var page = await staff.PressOnAsync(receipt, "Claim", ("Note", "Internal words"));
        page = await staff.PressOnAsync(receipt, "NoAnswer", ("Result", "LeftMessage"), ("Note", "Internal words"));
        page = await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-18T10:30"), ("Note", "Internal words"));
        using var patient = _site.Open();

        var english = await patient.GetAsync(receipt.StatusPath);
        var spanish = await patient.GetAsync("/es" + receipt.StatusPath);

        Assert.Equal(
            [
                "We received your request", "grace is taking care of it", "We called you and left a message",
                "We agreed on a time: Wednesday, November 18, 10:30 am (Central Time)",
            ],
            Steps(english));
        Assert.Equal("Next: Your appointment Wednesday, November 18, 10:30 am (Central Time)", Ahead(english).Single());
        Assert.StartsWith("Acordamos una hora: miércoles 18 de noviembre, 10:30", Steps(spanish)[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("Internal words", english.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, page.Status);
    }

    [Fact]
    public async Task Times_Changed_ReachTheStaffDeskWithWhatWasThere()
    {
        var receipt = await _site.AskAsync(("wishes", "monday-morning"));
        using var patient = _site.Open();

        var saved = await patient.SubmitAsync(
            await patient.GetAsync(receipt.StatusPath), Times, [new("wishes", "friday-evening"), new("call-times", "after 5 pm")]);
        var page = await patient.GetAsync(saved.Location!);

        Assert.Contains("Saved. The clinic sees your times.", page.Main, StringComparison.Ordinal);
        Assert.Contains("after 5 pm", page.Main, StringComparison.Ordinal);
        var request = await _site.FindAsync(receipt.Reference);
        Assert.Equal(["friday-evening"], request.Details.Value!.PreferredTimes);
        Assert.Equal(RequestEventKind.TimesChanged, request.History[^1].Kind);
        Assert.StartsWith("Before: Monday morning", request.History[^1].Note!.Value, StringComparison.Ordinal);
        Assert.Contains("a call suits: after 5 pm", request.History[^1].Note!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wishes", "someday")]
    [InlineData("call-times", "\u0001\u0002")]
    public async Task Times_Unreadable_AreRefusedAndNothingChanges(string field, string value)
    {
        var receipt = await _site.AskAsync();
        using var patient = _site.Open();

        var refused = await patient.SubmitAsync(await patient.GetAsync(receipt.StatusPath), Times, [new(field, value)]);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.NotNull(refused.Page.QuerySelector($"#{field}-error, #error-summary"));
        Assert.Equal(0, (await _site.FindAsync(receipt.Reference)).Version);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NobodyCalled_AfterThePromisedTime_EscalatesOnceAndReturnsTheRequestToTheQueue(bool claimed)
    {
        var receipt = await _site.AskAsync();
        using var patient = _site.Open();
        Assert.Null((await patient.GetAsync(receipt.StatusPath)).Page.QuerySelector(NotCalled));
        _site.Clock.Set(TestClock.Tuesday.AddHours(8));
        if (claimed)
        {
            using var staff = await _site.MadisonAsync(_site.NewEmail());
            await staff.PressOnAsync(receipt, "Claim");
        }

        _site.Clock.Set(TestClock.Tuesday.AddHours(9));
        var page = await patient.GetAsync(receipt.StatusPath);
        await patient.SubmitAsync(page, NotCalled, []);
        await patient.SubmitAsync(page, NotCalled, []);
        await _site.RunJobsAsync();

        var after = await patient.GetAsync(receipt.StatusPath);
        Assert.Contains("You told us that nobody called.", after.Main, StringComparison.Ordinal);
        Assert.Equal("Next: We call you As soon as we can: we are late", Ahead(after)[0]);
        Assert.Null(after.Page.QuerySelector(NotCalled));
        var request = await _site.FindAsync(receipt.Reference);
        Assert.Equal((RequestState.New, null, _site.Clock.UtcNow), (request.State, request.ClaimedBy, request.NotCalledUtc));
        Assert.Single(request.History, happened => happened.Kind == RequestEventKind.NotCalled);
        var mail = (await _site.MailsAsync(receipt.Reference)).Single(mail => mail.Kind == EmailKind.UnansweredToBackupInbox);
        Assert.Contains("The patient has told us that nobody called.", mail.Content.Value!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Claim", "The patient canceled a request that someone was working on")]
    [InlineData("Schedule", "Agreed time: Wednesday, November 18, 10:30 am (Central Time)")]
    public async Task Canceled_AfterStaffWorkedOnIt_TellsTheClinicAndWaitsForAcknowledgment(string handler, string words)
    {
        var receipt = await _site.AskAsync();
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        await staff.PressOnAsync(receipt, handler, ("Agreed", "2026-11-18T10:30"));
        using var patient = _site.Open();

        await patient.SubmitAsync(await patient.GetAsync(receipt.StatusPath), RequestJourney.Withdrawal, []);

        var mail = (await _site.MailsAsync(receipt.Reference)).Single(mail => mail.Kind == EmailKind.CanceledByPatient).Content.Value!;
        Assert.Equal("madison@cedarandstride.example", mail.To);
        Assert.Contains(words, mail.Text, StringComparison.Ordinal);
        Assert.NotNull((await _site.FindAsync(receipt.Reference)).UnacknowledgedUtc);
        await staff.PressOnAsync(receipt, "Acknowledge", ("Note", "Slot freed"));
        var request = await _site.FindAsync(receipt.Reference);
        Assert.Equal((null, "Slot freed"), (request.UnacknowledgedUtc, request.History[^1].Note?.Value));
    }

    [Fact]
    public async Task Canceled_BeforeStaffWorkedOnIt_TellsNobody()
    {
        var receipt = await _site.AskAsync();
        using var patient = _site.Open();

        await patient.SubmitAsync(await patient.GetAsync(receipt.StatusPath), RequestJourney.Withdrawal, []);

        Assert.DoesNotContain(await _site.MailsAsync(receipt.Reference), mail => mail.Kind == EmailKind.CanceledByPatient);
        Assert.Null((await _site.FindAsync(receipt.Reference)).UnacknowledgedUtc);
    }

    [Fact]
    public async Task Appointment_ClosedAsMade_CanStillBeCanceledByThePatient()
    {
        var receipt = await _site.AskAsync(("email", "ada@example.com"));
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-18T10:30"));
        await staff.PressOnAsync(receipt, "Close", ("Outcome", "AppointmentMade"));
        using var patient = _site.Open();
        var page = await patient.GetAsync(receipt.StatusPath);
        Assert.Contains("We have agreed on a time with you.", page.Main, StringComparison.Ordinal);

        await patient.SubmitAsync(page, RequestJourney.Withdrawal, []);

        Assert.Equal(RequestState.Withdrawn, (await _site.FindAsync(receipt.Reference)).State);
        var kinds = (await _site.MailsAsync(receipt.Reference)).Select(mail => mail.Kind).ToList();
        Assert.Contains(EmailKind.CanceledByPatient, kinds);
        Assert.Contains(EmailKind.AppointmentCanceled, kinds);
    }

    [Fact]
    public async Task Appointment_WhoseTimeHasPassed_CannotBeCanceled()
    {
        var receipt = await _site.AskAsync(("email", "ada@example.com"));
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-18T10:30"));
        using var patient = _site.Open();
        var before = await patient.GetAsync(receipt.StatusPath);
        _site.Clock.Set(TestClock.Tuesday.AddDays(2));

        await patient.SubmitAsync(before, RequestJourney.Withdrawal, []);

        Assert.Equal(RequestState.Scheduled, (await _site.FindAsync(receipt.Reference)).State);
        var after = await patient.GetAsync(receipt.StatusPath);
        Assert.Null(after.Page.QuerySelector(RequestJourney.Withdrawal));
        Assert.Contains("The time that we agreed on has passed.", after.Main, StringComparison.Ordinal);
        Assert.Contains("Send a new request", after.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_Downloaded_HasWhatThePatientToldUsAndNoNoteOfStaff()
    {
        var receipt = await _site.AskAsync(("note", "Line one"), ("email", "ada@example.com"));
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        await staff.PressOnAsync(receipt, "Note", ("Note", "Internal words"));
        using var patient = _site.Open();
        var link = (await patient.GetAsync(receipt.StatusPath)).Page.QuerySelector("a[href$='handler=data']")!.GetAttribute("href")!;

        var file = await patient.GetAsync(link);

        using var data = JsonDocument.Parse(file.Text);
        Assert.Equal(
            (receipt.Reference, "Ada Example", "Line one", "ada@example.com"),
            (Text("reference"), Text("name"), Text("note"), Text("email")));
        Assert.DoesNotContain("Internal words", file.Text, StringComparison.Ordinal);
        Assert.Equal("attachment", file.Response.Content.Headers.ContentDisposition!.DispositionType);

        string? Text(string name) => data.RootElement.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Receipt_OfAClosedRequest_FollowsItAndTheSameFormMakesANewOneOnce()
    {
        using var patient = _site.Open();
        var form = await patient.GetAsync(RequestJourney.Path);
        var first = await patient.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers());
        var receipt = await patient.GetAsync(first.Location!);
        var status = await patient.GetAsync(receipt.Page.QuerySelector("main a[href^='/requests/']")!.GetAttribute("href")!);
        await patient.SubmitAsync(status, RequestJourney.Withdrawal, []);

        var after = await patient.GetAsync(first.Location!);
        var second = await patient.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers());
        var third = await patient.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers());

        Assert.Contains("You canceled this request.", after.Main, StringComparison.Ordinal);
        Assert.DoesNotContain("or cancel it", after.Main, StringComparison.Ordinal);
        Assert.NotNull(after.Page.QuerySelector("main a.button[href='/request-appointment?clinic=madison']"));
        Assert.DoesNotContain("We will call you by", after.Main, StringComparison.Ordinal);
        Assert.NotEqual(first.Location, second.Location);
        Assert.Equal(second.Location, third.Location);
        Assert.Contains("We will call you by", (await patient.GetAsync(second.Location!)).Main, StringComparison.Ordinal);
    }

    private static List<string> Steps(Answer page) =>
        [.. page.Page.QuerySelectorAll(".timeline li strong").Select(step => step.TextContent)];

    private static List<string> Ahead(Answer page) => [.. page.Page.QuerySelectorAll(".timeline .ahead").Select(Answer.Words)];
}
