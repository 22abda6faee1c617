using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Features.Appointments.Jobs;

/// <summary>
/// Who is notified of a request that nobody handles. Madison must answer by Tuesday 5 pm;
/// twice the response time ends on Wednesday at 1 pm.
/// </summary>
public sealed class EscalationTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string Backup = "Unanswered, to the backup inbox: front-desk@cedarandstride.example";
    private const string Managers = "Unanswered, to the managers: managers@cedarandstride.example";

    private static readonly TimeSpan Due = TimeSpan.FromHours(8);
    private static readonly TimeSpan Twice = TimeSpan.FromHours(28);

    [Fact]
    public async Task Request_NobodyTakes_IsToldToTheBackupInboxOnceAndToTheManagersOnce()
    {
        var start = NextTuesday();
        var receipt = await site.AskAsync(("email", "ada@example.com"), ("note", "Sore since Monday"), ("area", "shin"));

        await site.RunJobsAtAsync(start + Due - TimeSpan.FromSeconds(1));
        Assert.Empty(await site.NotifiedAsync(receipt.Reference));
        for (var i = 0; i < 3; i++)
        {
            await site.RunJobsAtAsync(start + Due + TimeSpan.FromMinutes(i));
            Assert.Equal([Backup], await site.NotifiedAsync(receipt.Reference));
        }

        await site.RunJobsAtAsync(start + Twice - TimeSpan.FromSeconds(1));
        Assert.Equal([Backup], await site.NotifiedAsync(receipt.Reference));
        for (var day = 0; day < 3; day++)
        {
            await site.RunJobsAtAsync(start + Twice + TimeSpan.FromDays(day));
            Assert.Equal([Backup, Managers], await site.NotifiedAsync(receipt.Reference));
        }

        var request = await site.FindAsync(receipt.Reference);
        Assert.Equal((RequestState.New, 0, 2, null), (request.State, request.Version, request.Escalations, request.EscalateUtc));
        Assert.Equal(
            ["Told the backup inbox.", "Told the managers."],
            request.History.Where(happened => happened.Kind == RequestEventKind.Escalated).Select(happened => happened.Note?.Value));
    }

    [Fact]
    public async Task Mail_OfAnUnansweredRequest_SaysWhatToDoAndNothingOfThePatient()
    {
        var start = NextTuesday();
        var receipt = await site.AskAsync(("email", "ada@example.com"), ("note", "Sore since Monday"), ("area", "shin"));

        await site.RunJobsAtAsync(start + Due);

        var mail = (await site.MailsAsync(receipt.Reference))
            .Single(mail => mail.Kind is EmailKind.UnansweredToBackupInbox or EmailKind.UnansweredToManagers)
            .Content.Value!;
        var day = $"Tuesday, {start:MMMM} {start.Day}";
        Assert.Equal($"Unanswered: request {receipt.Reference} for Madison", mail.Subject);
        Assert.Contains($"Waiting since: {day}, 9 am (Central Time)", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"Answer was due by: {day}, 5 pm (Central Time)", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"https://www.physiosite.example/staff/requests/{receipt.Reference}", mail.Text, StringComparison.Ordinal);
        Assert.All(
            ["Ada", "608 555", "ada@", "Sore", "shin"],
            word => Assert.DoesNotContain(word, mail.Text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Request_TakenInHandInTime_IsToldToNobody()
    {
        var start = NextTuesday();
        using var staff = await site.MadisonAsync(site.NewEmail());
        var taken = new List<string>();
        foreach (var handler in new[] { "Schedule", "Close" })
        {
            taken.Add((await site.AskAsync()).Reference);
            await staff.PressAsync(
                await staff.OpenRequestAsync(taken[^1]),
                handler,
                ("Agreed", $"{start.AddDays(1):yyyy-MM-dd}T10:00"),
                ("Outcome", "NotWanted"));
        }

        var withdrawn = await site.AskAsync();
        using (var patient = site.Open())
        {
            await patient.SubmitAsync(await patient.GetAsync(withdrawn.StatusPath), RequestJourney.Withdrawal, []);
        }

        var noted = (await site.AskAsync()).Reference;
        await staff.PressAsync(await staff.OpenRequestAsync(noted), "Note", ("Note", "Who takes this one?"));
        await site.RunJobsAtAsync(start + Due);
        await site.RunJobsAtAsync(start + Twice);

        foreach (var reference in taken.Append(withdrawn.Reference))
        {
            Assert.Empty(await site.NotifiedAsync(reference));
            Assert.Null((await site.FindAsync(reference)).EscalateUtc);
        }

        // A note alone does not count as an answer.
        Assert.Equal([Backup, Managers], await site.NotifiedAsync(noted));
    }

    [Fact]
    public async Task Backlog_OfOverdueRequests_IsOneEmailForEachInboxAndRun()
    {
        using var own = new StaffSite();
        var references = new List<string>();
        foreach (var clinic in new[] { "madison", "madison", "orinda", "phoenix" })
        {
            references.Add((await own.AskAsync(("clinic", clinic))).Reference);
        }

        await own.RunJobsAtAsync(TestClock.Tuesday.AddDays(30));
        await own.RunJobsAsync();
        await own.RunJobsAsync();

        var mails = await own.WithDatabaseAsync(db => db.Set<OutboxEmail>().AsNoTracking()
            .Where(mail => mail.Kind == EmailKind.UnansweredToBackupInbox || mail.Kind == EmailKind.UnansweredToManagers)
            .OrderBy(mail => mail.Id).ToListAsync());
        Assert.True(mails.Select(mail => (mail.Content.Value!.To, mail.Reference)).Distinct().Count() == mails.Count);
        Assert.True(mails.Count <= 4, $"{mails.Count} emails");
        var backup = mails.Single(mail => mail.Content.Value!.To == "front-desk@cedarandstride.example").Content.Value!;
        Assert.StartsWith("Unanswered: ", backup.Subject, StringComparison.Ordinal);
        Assert.All(references.Take(2), reference => Assert.Contains($"{reference}: Madison. New.", backup.Text, StringComparison.Ordinal));
        Assert.All(references, reference => Assert.Contains(mails, mail =>
            mail.Kind == EmailKind.UnansweredToManagers && mail.Content.Value!.Text.Contains(reference, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Staff_WithThePageOpenMeanwhile_AreNotToldOfAConflict()
    {
        var start = NextTuesday();
        var receipt = await site.AskAsync();
        site.Clock.Set(start + Due - TimeSpan.FromMinutes(1));
        using var staff = await site.MadisonAsync(site.NewEmail());
        var page = await staff.OpenRequestAsync(receipt.Reference);
        await site.RunJobsAtAsync(start + Due);

        var answer = await staff.PressAsync(page, "Claim");

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        var history = (await staff.GetAsync(answer.Location!)).Page.QuerySelector(".history")!;
        Assert.Contains("Unanswered Tuesday", Answer.Words(history), StringComparison.Ordinal);
        await site.RunJobsAtAsync(start + Due + TimeSpan.FromHours(1));
        Assert.Equal([Backup], await site.NotifiedAsync(receipt.Reference));
    }

    [Fact]
    public async Task Looks_AtTheSameMoment_TellOnce()
    {
        var start = NextTuesday();
        var receipt = await site.AskAsync();
        site.Clock.Set(start + Due);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(site.RunJobsAsync)));

        Assert.Equal([Backup], await site.NotifiedAsync(receipt.Reference));
    }

    [Fact]
    public async Task Request_OfAClinicWithoutABackupInboxOrThatIsGone_IsToldToTheManagersAtOnceAndOnce()
    {
        var start = NextTuesday();
        var orinda = (await site.AskAsync(("clinic", "orinda"))).Reference;
        var gone = (await site.AskAsync()).Reference;
        await site.RunSqlAsync($"UPDATE AppointmentRequests SET ClinicSlug = 'gone' WHERE Reference = '{gone}'");

        await site.RunJobsAtAsync(start + TimeSpan.FromHours(11));
        await site.RunJobsAtAsync(start + TimeSpan.FromDays(4));

        var mails = await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().AsNoTracking()
            .Where(mail => mail.Kind == EmailKind.UnansweredToManagers || mail.Kind == EmailKind.UnansweredToBackupInbox).ToListAsync());
        foreach (var reference in new[] { orinda, gone })
        {
            var mail = Assert.Single(mails, mail => mail.Content.Value!.Text.Contains(reference, StringComparison.Ordinal));
            Assert.Equal(
                (EmailKind.UnansweredToManagers, "managers@cedarandstride.example"), (mail.Kind, mail.Content.Value!.To));
        }

        var text = mails.Single(mail => mail.Content.Value!.Text.Contains(gone, StringComparison.Ordinal)).Content.Value!.Text;
        Assert.Matches($@"{gone}: gone\. New\. Answer was due by .*, 11 pm \(UTC\)\.", text);
    }

    [Theory]
    [InlineData("State = 'Claimed', EscalateUtc = NULL, Version = Version + 1", false)]
    [InlineData("Version = Version + 1", true)]
    public async Task Look_WhileSomeoneChangesTheRequest_TellsOnlyWhatIsStillTrue(string change, bool toldLater)
    {
        using var own = new StaffSite();
        var meanwhile = new Meanwhile(own);
        own.Replace = services => services.ConfigureDbContext<SiteDbContext>(options => options.AddInterceptors(meanwhile));
        var receipt = await own.AskAsync();
        meanwhile.Sql = $"UPDATE AppointmentRequests SET {change}";

        await own.RunJobsAtAsync(TestClock.Tuesday + Due);

        Assert.Null(meanwhile.Sql);
        Assert.Empty(await own.NotifiedAsync(receipt.Reference));
        Assert.DoesNotContain((await own.FindAsync(receipt.Reference)).History, happened => happened.Kind == RequestEventKind.Escalated);
        await own.RunJobsAsync();
        Assert.Equal(toldLater ? [Backup] : [], await own.NotifiedAsync(receipt.Reference));
    }

    [Fact]
    public async Task Service_ByItsOwnTimer_TellsOnceThroughFailuresAndRestarts()
    {
        var data = Directory.CreateTempSubdirectory("physiosite-watch-").FullName;
        using var content = new ContentCopy();
        content.Replace(
            "site.yml",
            "managersInbox: managers@cedarandstride.example",
            "managersInbox: [one@cedarandstride.example, two@cedarandstride.example]");
        try
        {
            string reference;
            using (var first = On(data, content))
            {
                reference = (await first.AskAsync()).Reference;
                first.Clock.Set(TestClock.Tuesday + Due);
                await using (await first.RefuseInsertsAsync("Outbox"))
                {
                    await first.FireTimersUntilAsync(
                        () => Task.FromResult(first.Logs.Lines.Any(line => line.Contains("Escalation failed", StringComparison.Ordinal))),
                        "a failure is logged");
                    Assert.Equal(0, (await first.FindAsync(reference)).Escalations);
                }

                await first.FireTimersUntilAsync(async () => (await first.NotifiedAsync(reference)).Count > 0, "the backup inbox is told");
            }

            using (var second = On(data, content))
            {
                await second.RunJobsAtAsync(TestClock.Tuesday + Due);
                second.Clock.Set(TestClock.Tuesday + Twice);
                await second.FireTimersUntilAsync(async () => (await second.NotifiedAsync(reference)).Count > 1, "the managers are told");
            }

            using var third = On(data, content);
            await third.RunJobsAtAsync(TestClock.Tuesday + Twice);
            Assert.Equal(
                [
                    Backup,
                    "Unanswered, to the managers: one@cedarandstride.example",
                    "Unanswered, to the managers: two@cedarandstride.example",
                ],
                (await third.NotifiedAsync(reference)).Order(StringComparer.Ordinal));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(data, recursive: true);
        }
    }

    private static StaffSite On(string data, ContentCopy content) =>
        new() { Settings = { ["Data:Folder"] = data, ["Content:Folder"] = content.Folder } };

    /// <summary>9 am in Madison on a day that no other test has used.</summary>
    private DateTimeOffset NextTuesday()
    {
        var next = TestClock.Tuesday;
        while (next < site.Clock.GetUtcNow())
        {
            next = next.AddDays(7);
        }

        site.Clock.Set(next);
        return next;
    }

    /// <summary>Changes the database once, at the start of a save.</summary>
    private sealed class Meanwhile(Site site) : SaveChangesInterceptor
    {
        public string? Sql { get; set; }

        public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData,
            InterceptionResult<int> result,
            CancellationToken cancellationToken = default)
        {
            if (Sql is { } sql)
            {
                Sql = null;
                await using var connection = await site.ConnectAsync();
                await using var command = connection.CreateCommand();
                command.CommandText = SiteSql.Quote(sql);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            return result;
        }
    }
}
