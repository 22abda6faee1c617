using System.Net;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>Times that are agreed, changed and dropped, and what the patient is told about them.</summary>
public sealed class AgreedTimeTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Fact]
    public async Task Call_WithAnAgreedTime_KeepsItAheadAndDropsItAfterwards()
    {
        using var own = new StaffSite();
        var receipt = await own.AskAsync();
        using (var staff = await own.MadisonAsync(own.NewEmail()))
        {
            await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-18T10:30"));
            await staff.PressOnAsync(receipt, "NoAnswer");
        }

        var ahead = await own.FindAsync(receipt.Reference);
        Assert.Equal(RequestState.Scheduled, ahead.State);
        own.Clock.Set(TestClock.Tuesday.AddDays(2));
        using var later = await own.MadisonAsync(own.NewEmail());
        await later.PressOnAsync(receipt, "NoAnswer");

        var request = await own.FindAsync(receipt.Reference);
        Assert.Equal((RequestState.NoAnswer, null), (request.State, request.AgreedUtc));
        Assert.Equal(ahead.AgreedUtc, request.History.Single(happened => happened.Kind == RequestEventKind.Scheduled).TimeUtc);
    }

    [Fact]
    public async Task AgreedTime_Changed_IsInTheHistoryWithTheEarlierOne()
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;
        await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-18T10:30"));
        await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2027-07-06T14:00"));
        Assert.Contains("Tue, Jul 6, 2027, 2 pm", (await staff.GetAsync("/staff?state=booked")).Main, StringComparison.Ordinal);
        await staff.PressOnAsync(receipt, "Unschedule", ("Note", "She is ill"));

        var page = await staff.OpenRequestAsync(receipt.Reference);

        var history = Answer.Words(page.Page.QuerySelector(".history")!);
        Assert.Contains("For Wednesday, November 18, 10:30 am", history, StringComparison.Ordinal);
        Assert.Contains("For Tuesday, July 6, 2027, 2 pm", history, StringComparison.Ordinal);
        Assert.Contains("No longer agreed: Tuesday, July 6, 2027, 2 pm (Central Time). She is ill", history, StringComparison.Ordinal);
        Assert.Equal(RequestState.Claimed, (await site.FindAsync(receipt.Reference)).State);
    }

    [Fact]
    public async Task Schedule_WhenTheClinicIsClosed_AsksFirst()
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;

        var warned = await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-22T10:30"));
        Assert.Equal(HttpStatusCode.BadRequest, warned.Status);
        Assert.Contains("Madison is closed then.", warned.Main, StringComparison.Ordinal);
        var confirmation = warned.Page.QuerySelector("#anyway")!.GetAttribute("value");
        var otherTime = await staff.PressAsync(warned, "Schedule", ("Agreed", "2026-11-22T11:00"), ("Anyway", confirmation));
        Assert.Equal(HttpStatusCode.BadRequest, otherTime.Status);
        var done = await staff.PressAsync(warned, "Schedule", ("Anyway", confirmation));

        Assert.Equal(HttpStatusCode.Redirect, done.Status);
        Assert.Equal(RequestState.Scheduled, (await site.FindAsync(receipt.Reference)).State);
        var again = await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-22T10:30"));
        Assert.Contains("This is the agreed time already", again.Main, StringComparison.Ordinal);
    }

    /// <summary>A patient may have been seen before anybody recorded it. There is nothing to tell the patient then.</summary>
    [Fact]
    public async Task Schedule_ForATimeThatHasPassed_AsksFirstAndTellsNobody()
    {
        var receipt = await site.AskAsync(("email", "seen@example.com"));
        var staff = await site.Madison;

        var warned = await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-16T10:30"));
        Assert.Equal(HttpStatusCode.BadRequest, warned.Status);
        Assert.Contains("This time has passed. Check the time", warned.Main, StringComparison.Ordinal);
        var unlikely = await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2025-11-16T10:30"), ("Anyway", "2025-11-16T10:30"));
        Assert.Contains("at most twelve months from today", unlikely.Main, StringComparison.Ordinal);
        var done = await staff.PressAsync(warned, "Schedule", ("Anyway", "2026-11-16T10:30"));

        Assert.Contains(
            "Recorded. The patient gets no email about a time that has passed.",
            (await staff.GetAsync(done.Location!)).Main,
            StringComparison.Ordinal);
        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal((RequestState.Scheduled, null), (request.State, request.RemindUtc));
        Assert.DoesNotContain(await site.MailsAsync(receipt.Reference), mail => mail.Kind == EmailKind.AppointmentAgreed);
    }

    /// <summary>The patient was seen before the agreed time. The calendar entry of that time is canceled.</summary>
    [Fact]
    public async Task Schedule_ForATimeThatHasPassedInsteadOfOneAhead_CancelsTheOneAhead()
    {
        var receipt = await site.AskAsync(("email", "early@example.com"));
        var staff = await site.Madison;
        await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-18T10:30"));

        await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-16T10:30"), ("Anyway", "2026-11-16T10:30"));

        var mails = await site.MailsAsync(receipt.Reference);
        Assert.Equal(1, mails.Count(mail => mail.Kind == EmailKind.AppointmentAgreed));
        var mail = mails.Single(mail => mail.Kind == EmailKind.AppointmentCanceled).Content.Value!;
        Assert.Contains("METHOD:CANCEL", mail.Calendar!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outcome_CorrectedToNotWantedBeforeTheAppointment_DropsTheTimeAndTellsThePatient()
    {
        var receipt = await site.AskAsync(("email", "corrected@example.com"));
        var staff = await site.Madison;
        await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-18T10:30"));
        await staff.PressOnAsync(receipt, "Close", ("Outcome", "AppointmentMade"));
        Assert.DoesNotContain(await site.MailsAsync(receipt.Reference), mail => mail.Kind == EmailKind.AppointmentCanceled);

        await staff.PressOnAsync(receipt, "CorrectOutcome", ("Outcome", "NotWanted"));

        Assert.Null((await site.FindAsync(receipt.Reference)).AgreedUtc);
        Assert.Contains(await site.MailsAsync(receipt.Reference), mail => mail.Kind == EmailKind.AppointmentCanceled);
    }

    [Fact]
    public async Task Transfer_OfAScheduledRequest_DropsTheTimeAndCancelsTheCalendarEntryOfTheFirstClinic()
    {
        var receipt = await site.AskAsync(("email", "moved@example.com"));
        var staff = await site.Madison;
        await staff.PressOnAsync(receipt, "Schedule", ("Agreed", "2026-11-18T10:30"));
        var page = await staff.OpenRequestAsync(receipt.Reference);
        Assert.Contains("The agreed time is dropped: Wednesday, November 18, 10:30 am", page.Main, StringComparison.Ordinal);

        await staff.PressAsync(page, "Transfer", ("To", "phoenix"), ("Note", "Moved away"));

        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal(("phoenix", RequestState.New, null, null), (request.ClinicSlug, request.State, request.AgreedUtc, request.RemindUtc));
        Assert.Equal(request.DueUtc, request.EscalateUtc);
        Assert.NotNull(request.History[^1].TimeUtc);
        var mails = await site.MailsAsync(receipt.Reference);
        var canceled = mails.Single(mail => mail.Kind == EmailKind.AppointmentCanceled).Content.Value!;
        Assert.Contains("METHOD:CANCEL", canceled.Calendar!.Text, StringComparison.Ordinal);
        Assert.Contains("Madison", canceled.Calendar.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Phoenix", canceled.Calendar.Text, StringComparison.Ordinal);
        Assert.Contains(mails, mail => mail.Kind == EmailKind.RequestTransferred);
        Assert.Contains(mails, mail => mail is { Kind: EmailKind.ClinicNotice, ClinicSlug: "phoenix" });
    }
}
