using Microsoft.EntityFrameworkCore;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Features.Appointments.Jobs;

/// <summary>What becomes of requests, claims and reminders that nobody touches as time passes.</summary>
public sealed class UntouchedTests : IDisposable
{
    private readonly StaffSite _site = new() { Settings = { ["Retention:ConfirmAfterDays"] = "0" } };

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Scheduled_AWeekAfterTheAgreedTime_IsClosedAsUnconfirmedAndCanBeCorrected()
    {
        var reference = await ScheduleAsync("2026-11-18T10:30");
        await RunDailyAsync(TestClock.Tuesday.AddDays(7));
        Assert.Equal(RequestState.Scheduled, (await _site.FindAsync(reference)).State);

        await RunDailyAsync(TestClock.Tuesday.AddDays(9));

        var closed = await _site.FindAsync(reference);
        Assert.Equal((RequestState.Closed, RequestOutcome.Unconfirmed), (closed.State, closed.Outcome));
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        var page = await staff.OpenRequestAsync(reference);
        Assert.Contains("Closed: not confirmed", page.Main, StringComparison.Ordinal);
        Assert.Null(page.Page.QuerySelector("option[value=Unconfirmed]"));
        await staff.PressAsync(page, "CorrectOutcome", ("Outcome", "AppointmentMade"), ("Note", "She came"));
        var corrected = await _site.FindAsync(reference);
        Assert.Equal((RequestOutcome.AppointmentMade, "She came"), (corrected.Outcome, corrected.History[^1].Note?.Value));
    }

    [Fact]
    public async Task OpenRequest_NobodyTouches_IsErasedAfterTheManagersWereToldTwice()
    {
        var (left, kept) = ((await _site.AskAsync()).Reference, (await _site.AskAsync()).Reference);
        await RunDailyAsync(TestClock.Tuesday.AddDays(179));
        Assert.Empty(await WarningsAsync());

        await RunDailyAsync(TestClock.Tuesday.AddDays(181));
        await RunDailyAsync(TestClock.Tuesday.AddDays(182));
        using (var staff = await _site.MadisonAsync(_site.NewEmail()))
        {
            await staff.PressAsync(await staff.OpenRequestAsync(kept), "Note", ("Note", "We still try"));
        }

        await RunDailyAsync(TestClock.Tuesday.AddDays(189));
        Assert.Null((await _site.FindAsync(left)).ErasedUtc);
        await RunDailyAsync(TestClock.Tuesday.AddDays(197));

        var warnings = await WarningsAsync();
        Assert.Equal(
            ["Notice: 2 open requests will be erased", "Last notice: 1 open request will be erased"],
            warnings.Select(mail => mail.Content.Value!.Subject));
        Assert.All(warnings, mail => Assert.Equal("managers@cedarandstride.example", mail.Content.Value!.To));
        var erased = await _site.FindAsync(left);
        Assert.Equal((RequestState.Closed, null), (erased.State, erased.Outcome));
        Assert.NotNull(erased.ErasedUtc);
        Assert.Null((await _site.FindAsync(kept)).ErasedUtc);
    }

    [Fact]
    public async Task Claim_WithoutActivity_ReturnsToTheQueueAndEscalates()
    {
        var reference = (await _site.AskAsync()).Reference;
        using (var staff = await _site.MadisonAsync(_site.NewEmail()))
        {
            await staff.PressAsync(await staff.OpenRequestAsync(reference), "Claim");
        }

        await _site.RunJobsAtAsync(TestClock.Tuesday.AddHours(4).AddMinutes(-1));
        Assert.Equal(RequestState.Claimed, (await _site.FindAsync(reference)).State);
        await _site.RunJobsAtAsync(TestClock.Tuesday.AddHours(4));

        var request = await _site.FindAsync(reference);
        Assert.Equal((RequestState.New, null, request.DueUtc), (request.State, request.ClaimedBy, request.EscalateUtc));
        Assert.Equal((RequestEventKind.ClaimReleased, null), (request.History[^1].Kind, request.History[^1].By));
        await _site.RunJobsAtAsync(TestClock.Tuesday.AddHours(8));
        Assert.NotEmpty(await _site.NotifiedAsync(reference));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Reminder_OnTheDayBefore_IsSentOnceIfTheClinicSendsThem(bool sends, int mails)
    {
        using var content = new ContentCopy();
        var reminders = $"reminders: {(sends ? "true" : "false")}\n";
        content.Replace("clinics/madison.md", "visits: [clinic, video]", $"{reminders}visits: [clinic, video]");
        using var own = new StaffSite { Settings = { ["Content:Folder"] = content.Folder } };
        var reference = (await own.AskAsync(("email", "ada@example.com"))).Reference;
        using (var staff = await own.MadisonAsync(own.NewEmail()))
        {
            await staff.PressAsync(await staff.OpenRequestAsync(reference), "Schedule", ("Agreed", "2026-11-20T10:30"));
        }

        await own.RunJobsAtAsync(new(2026, 11, 19, 16, 29, 0, TimeSpan.Zero));
        Assert.Empty(await RemindersAsync(own, reference));
        await own.RunJobsAtAsync(new(2026, 11, 19, 16, 30, 0, TimeSpan.Zero));
        await own.RunJobsAtAsync(new(2026, 11, 19, 16, 31, 0, TimeSpan.Zero));

        var sent = await RemindersAsync(own, reference);
        Assert.Equal(mails, sent.Count);
        Assert.All(sent, mail => Assert.Equal(
            "Reminder: your appointment on Friday, November 20, 10:30 am (Central Time)", mail.Content.Value!.Subject));
    }

    private static async Task<List<OutboxEmail>> RemindersAsync(StaffSite site, string reference) =>
        [.. (await site.MailsAsync(reference)).Where(mail => mail.Kind == EmailKind.AppointmentReminder)];

    private async Task<string> ScheduleAsync(string agreed)
    {
        var reference = (await _site.AskAsync()).Reference;
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        await staff.PressAsync(await staff.OpenRequestAsync(reference), "Schedule", ("Agreed", agreed));
        return reference;
    }

    /// <summary>The retention run needs its first five minutes, and a day between two runs.</summary>
    private Task RunDailyAsync(DateTimeOffset time) => _site.RunJobsAtAsync(time.AddMinutes(10));

    private Task<List<OutboxEmail>> WarningsAsync() => _site.WithDatabaseAsync(async db =>
        await db.Set<OutboxEmail>().Where(mail => mail.Kind == EmailKind.ErasureWarning).OrderBy(mail => mail.Id).ToListAsync());
}
