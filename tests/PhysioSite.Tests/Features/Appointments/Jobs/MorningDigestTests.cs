using Microsoft.EntityFrameworkCore;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Tests.Features.Staff;
using static PhysioSite.Tests.Features.Clinics.SampleClinic;

namespace PhysioSite.Tests.Features.Appointments.Jobs;

/// <summary>The email that a clinic receives when it opens. Madison opens at 7 am, which is 13:00 UTC in winter.</summary>
public sealed class MorningDigestTests : IDisposable
{
    private static readonly DateTimeOffset Wednesday = new(2026, 11, 18, 13, 0, 0, TimeSpan.Zero);

    private readonly StaffSite _site = new();

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("2026-11-17 06:59:59 -6", null)]
    [InlineData("2026-11-17 07:00 -6", "2026-11-17")]
    [InlineData("2026-11-17 12:30 -6", "2026-11-17")]
    [InlineData("2026-11-17 18:59:59 -6", "2026-11-17")]
    [InlineData("2026-11-17 19:00 -6", null)]
    [InlineData("2026-11-22 10:00 -6", null)]
    [InlineData("2026-11-26 10:00 -6", null)]
    [InlineData("2026-11-27 08:00 -6", null)]
    [InlineData("2026-11-27 09:00 -6", "2026-11-27")]
    [InlineData("2027-03-12 06:30 -6", null)]
    [InlineData("2027-03-15 06:30 -5", null)]
    [InlineData("2027-03-15 07:00 -5", "2027-03-15")]
    public void OpenDay_OnTheClinicsClock_KnowsHolidaysBreaksAndSummerTime(string moment, string? day)
    {
        var clinic = In(
            "America/Chicago",
            "07:00-12:00, 13:00-19:00",
            exceptions: [("2026-11-26", "closed"), ("2026-11-27", "09:00-12:00")]);

        var open = MorningDigest.OpenDay(clinic, Utc(moment));

        Assert.Equal(day, open?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("2026-11-01 01:30 -5", "2026-11-01")]
    [InlineData("2026-11-01 01:29 -5", null)]
    [InlineData("2027-03-14 01:59:59 -6", null)]
    [InlineData("2027-03-14 03:30 -5", "2027-03-14")]
    public void OpenDay_InTheHourThatTheClocksRepeatOrSkip_BeginsOnce(string moment, string? day)
    {
        // In 2026 the clinic opens at the first of two occurrences of 1:30 am, in 2027 at 2:30 am, which does not exist on that day.
        var hours = moment.StartsWith("2026", StringComparison.Ordinal) ? "01:30-09:00" : "02:30-09:00";

        var open = MorningDigest.OpenDay(In("America/Chicago", sunday: hours), Utc(moment));

        Assert.Equal(day, open?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Clinic_WhereRequestsWait_IsMailedItsListWhenItOpensAndOnce()
    {
        var overdue = (await _site.AskAsync(("name", "Wilhelmina Canary"))).Reference;
        _site.Clock.Advance(TimeSpan.FromHours(4));
        var unclaimed = (await _site.AskAsync()).Reference;
        var closed = (await _site.AskAsync()).Reference;
        var held = (await _site.AskAsync()).Reference;
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        await staff.PressAsync(await staff.OpenRequestAsync(closed), "Close", ("Outcome", "NotWanted"));
        await _site.RunSqlAsync($"UPDATE AppointmentRequests SET State = 'Held', EscalateUtc = NULL WHERE Reference = '{held}'");

        await _site.RunJobsAtAsync(Wednesday.AddSeconds(-1));
        Assert.Empty(await DigestsAsync());
        for (var i = 0; i < 3; i++)
        {
            await _site.RunJobsAtAsync(Wednesday.AddHours(i));
        }

        var mail = Assert.Single(await DigestsAsync());
        var content = mail.Content.Value!;
        Assert.Equal(("digest-2026-11-18", "madison", "madison@cedarandstride.example"), (mail.Reference, mail.ClinicSlug, content.To));
        Assert.Equal("Madison: 2 requests waiting, 1 overdue, 1 held as possible spam", content.Subject);
        Assert.Contains(
            $"{overdue}: OVERDUE. New, answer by Tuesday, November 17, 5 pm (Central Time). "
            + $"https://www.physiosite.example/staff/requests/{overdue}\n"
            + $"{unclaimed}: New, answer by Wednesday, November 18, 9 am (Central Time). "
            + $"https://www.physiosite.example/staff/requests/{unclaimed}\n",
            content.Text,
            StringComparison.Ordinal);
        Assert.Contains("https://www.physiosite.example/staff?clinic=madison", content.Text, StringComparison.Ordinal);
        Assert.All(
            [closed, held, "Wilhelmina", "Ada", "555-0142"],
            word => Assert.DoesNotContain(word, content.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clinic_WhereNothingWaits_IsNotMailedAlsoWhenARequestComesLaterThatDay()
    {
        await _site.RunJobsAtAsync(Wednesday);
        await _site.AskAsync();
        await _site.RunJobsAtAsync(Wednesday.AddHours(1));

        Assert.Empty(await DigestsAsync());
    }

    [Fact]
    public async Task Clinic_WhoseOpeningTheSiteMissed_IsMailedBeforeItClosesAndNotAfter()
    {
        await _site.AskAsync();
        await _site.RunJobsAtAsync(Wednesday.AddHours(12));
        Assert.Empty(await DigestsAsync());

        await _site.RunJobsAtAsync(Wednesday.AddDays(1).AddHours(11));
        Assert.Equal(["digest-2026-11-19"], (await DigestsAsync()).Select(mail => mail.Reference));
    }

    [Fact]
    public async Task Site_StartedForTheFirstTimeWhileTheClinicIsOpen_MissedNoMorning()
    {
        await _site.AskAsync();

        await _site.RunJobsAtAsync(TestClock.Tuesday.AddHours(4));

        Assert.Empty(await DigestsAsync());
    }

    [Fact]
    public async Task Clock_JumpingADayForthAndBack_SendsNothingTwice()
    {
        var reference = (await _site.AskAsync()).Reference;
        foreach (var days in new[] { 0, 1, 0, 1, -1, 0 })
        {
            await _site.RunJobsAtAsync(Wednesday.AddDays(days).AddHours(7));
        }

        Assert.Equal(
            ["digest-2026-11-18", "digest-2026-11-19"],
            (await DigestsAsync()).Select(mail => mail.Reference).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await _site.NotifiedAsync(reference)).Count);
    }

    [Fact]
    public async Task Digest_ThatCannotBeStored_IsSentAtTheNextLook()
    {
        await _site.AskAsync();
        await using (await _site.RefuseInsertsAsync("Outbox"))
        {
            await _site.RunJobsAtAsync(Wednesday);
            var day = new DateOnly(2026, 11, 18);
            Assert.Equal(0, await _site.WithDatabaseAsync(db => db.Set<ClinicDigest>().CountAsync(digest => digest.Day == day)));
        }

        await _site.RunJobsAsync();

        Assert.Single(await DigestsAsync());
    }

    [Fact]
    public async Task Digest_OnTheDeliveryPage_IsNoLink()
    {
        await _site.AskAsync();
        await _site.RunJobsAtAsync(Wednesday);
        using var staff = await _site.MadisonAsync(_site.NewEmail());

        var page = await staff.GetAsync("/staff/delivery");

        var row = page.Page.QuerySelectorAll("tbody tr").Single(row => row.TextContent.Contains("Daily digest", StringComparison.Ordinal));
        Assert.Equal("digest-2026-11-18", Answer.Words(row.QuerySelector("th")!));
        Assert.Null(row.QuerySelector("th a"));
    }

    private Task<List<OutboxEmail>> DigestsAsync() => _site.WithDatabaseAsync(db =>
        db.Set<OutboxEmail>().AsNoTracking().Where(mail => mail.Kind == EmailKind.DailyDigest).ToListAsync());
}
