using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data.Providers;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Tests.Data.Encryption;
using PhysioSite.Tests.Email;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Staff;
using PhysioSite.Tests.Operations;

namespace PhysioSite.Tests.Features.Appointments.Jobs;

/// <summary>Automatic erasure: closed requests after 180 days, held requests after 30 days.</summary>
public sealed class RetentionTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Fact]
    public async Task ClosedRequests_PastTheirTime_AreErasedAndNoOthers()
    {
        var start = site.Clock.GetUtcNow();
        using var staff = await site.MadisonAsync(site.NewEmail());
        var closed = await CloseAsync(staff, ("email", "wilhelmina@example.com"), ("note", "Quinquagenarian marathon"), ("area", "shin"));
        var withdrawn = await site.AskAsync();
        using var patient = site.Open();
        await patient.SubmitAsync(await patient.GetAsync(withdrawn.StatusPath), RequestJourney.Withdrawal, []);
        var open = await site.AskAsync();
        var kept = await CloseAsync(staff);
        await staff.SubmitAsync(
            await staff.OpenRequestAsync(kept.Reference),
            "form[action$='handler=Hold']",
            new Dictionary<string, string?> { ["Reason"] = "A complaint is open" });
        site.Clock.Advance(TimeSpan.FromHours(1));
        var later = await CloseAsync(await site.Madison);
        await site.SentMailsAsync(closed.Reference);
        Assert.NotEmpty(site.MailFiles(closed.Reference));

        await site.RunJobsAtAsync(start.AddDays(179));
        Assert.Null((await site.FindAsync(closed.Reference)).ErasedUtc);
        await site.RunJobsAtAsync(start.AddDays(180).AddMinutes(30));

        foreach (var receipt in new[] { closed, withdrawn })
        {
            var request = await site.FindAsync(receipt.Reference);
            Assert.Equal((site.Clock.UtcNow, PatientDetails.Erased), (request.ErasedUtc, request.Details.Value));
            var last = request.History[^1];
            Assert.Equal((null, null, RequestEventKind.Erased), (last.By, last.Note, last.Kind));
            Assert.Empty(await site.MailsAsync(receipt.Reference));
            Assert.Empty(site.MailFiles(receipt.Reference));
            Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(receipt.StatusPath)).Status);
        }

        var audit = (await site.FindAsync(closed.Reference)).History.Single(happened => happened.Kind == RequestEventKind.Closed);
        Assert.Equal((true, null), (audit.By is not null, audit.Note));
        foreach (var receipt in new[] { open, kept, later })
        {
            Assert.Equal("Ada Example", (await site.FindAsync(receipt.Reference)).Details.Value!.Name);
            Assert.Equal(HttpStatusCode.OK, (await patient.GetAsync(receipt.StatusPath)).Status);
            Assert.NotEmpty(await site.MailsAsync(receipt.Reference));
        }

        Assert.Contains(
            site.Logs.Lines,
            line => line.Contains("Retention erased 2 closed requests and 0 held ones", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SentEmails_PastTheirTime_LoseTheirTextAndCannotBeSentAgain()
    {
        using var own = new StaffSite();
        var start = own.Clock.GetUtcNow();
        var receipt = await own.AskAsync(("email", "wilhelmina@example.com"));
        var sent = await own.SentMailsAsync(receipt.Reference);
        async Task<List<OutboxEmail>> FindAsync() =>
            [.. (await own.MailsAsync(receipt.Reference)).Where(email => sent.Any(earlier => earlier.Id == email.Id))];

        await own.RunJobsAtAsync(start.AddDays(13));
        Assert.All(await FindAsync(), email => Assert.NotEmpty(email.Content.Value!.Text));
        await own.RunJobsAtAsync(start.AddDays(14).AddMinutes(30));

        var dropped = await FindAsync();
        Assert.Equal(2, dropped.Count);
        Assert.All(dropped, email =>
        {
            var before = sent.Single(earlier => earlier.Id == email.Id);
            var content = before.Content.Value!;
            Assert.Equal(new EmailContent(content.To, content.Subject, "", ""), email.Content.Value);
            Assert.Equal(
                (OutboxState.Sent, before.SentUtc, before.Kind, own.Clock.UtcNow),
                (email.State, email.SentUtc, email.Kind, email.BodyDroppedUtc));
            Assert.DoesNotContain(
                own.MailFiles(receipt.Reference), file => file.Contains(PickupFolder.Tail(email.Id), StringComparison.Ordinal));
        });
        using var administrator = await own.AdministratorAsync(own.NewEmail());
        var answer = await administrator.ForgeAsync(
            "/staff/delivery?handler=SendAgain", "/staff", ("id", dropped[0].Id.ToString()), ("sure", "true"));
        Assert.Contains(
            "too old to be sent again", (await administrator.GetAsync(answer.Location!)).Main, StringComparison.Ordinal);
        Assert.All(await FindAsync(), email => Assert.Equal(OutboxState.Sent, email.State));
    }

    [Fact]
    public async Task HeldRequests_PastTheirTime_AreErasedWithTheirToken()
    {
        var start = site.Clock.GetUtcNow();
        var held = await site.AskAsync();
        await site.RunSqlAsync(
            $"""
            UPDATE AppointmentRequests SET State = 'Held', EscalateUtc = NULL, HeldBecause = 'Links'
            WHERE Reference = '{held.Reference}'
            """);

        await site.RunJobsAtAsync(start.AddDays(30).AddMinutes(-1));
        Assert.Equal(RequestState.Held, (await site.FindAsync(held.Reference)).State);
        await site.RunJobsAtAsync(start.AddDays(31));

        var request = await site.FindAsync(held.Reference);
        Assert.Equal(
            (RequestState.Closed, null, null, null, site.Clock.UtcNow, PatientDetails.Erased),
            (request.State, request.Outcome, request.HeldBecause, request.StatusToken, request.ErasedUtc, request.Details.Value));
    }

    [Fact]
    public async Task Erasure_OfARequest_LeavesNoByteOfItInTheDatabasesFiles()
    {
        var start = site.Clock.GetUtcNow();
        using var staff = await site.MadisonAsync(site.NewEmail());
        var receipt = await CloseAsync(staff, ("email", "wilhelmina@example.com"), ("note", "Quinquagenarian marathon"));
        var secrets = await site.ReadTextsAsync(
            $"""
            SELECT Details AS Value FROM AppointmentRequests WHERE Reference = {receipt.Reference}
            UNION ALL SELECT FormKeyHash FROM AppointmentRequests WHERE Reference = {receipt.Reference}
            UNION ALL SELECT StatusTokenHash FROM AppointmentRequests WHERE Reference = {receipt.Reference}
            UNION ALL SELECT substr(Content, 200, 1000) FROM Outbox WHERE About = {receipt.Reference}
            UNION ALL SELECT Note FROM RequestEvents
                WHERE Note IS NOT NULL AND RequestId = (SELECT Id FROM AppointmentRequests WHERE Reference = {receipt.Reference})
            """);
        var chunks = secrets
            .SelectMany(secret => secret.Chunk(40).Where(chunk => chunk.Length == 40).Select(chunk => new string(chunk)))
            .ToList();
        var before = await site.StoredBytesAsync();
        Assert.True(secrets.Count == 6 && chunks.Count > 60, $"{secrets.Count} secrets, {chunks.Count} chunks");
        Assert.True(
            chunks.Count(chunk => before.Contains(chunk, StringComparison.Ordinal)) > chunks.Count * 0.9,
            "This reads the right file.");

        await site.RunJobsAtAsync(start.AddDays(181));

        if (site.Provider == DatabaseProvider.Sqlite)
        {
            // The copy of the pages that is read below does not have what is only in the log. Emails may have been sent meanwhile.
            var log = await site.ReadWriteAheadLogAsync();
            Assert.DoesNotContain(chunks, chunk => log.Contains(chunk, StringComparison.Ordinal));
        }

        var after = await site.StoredBytesAsync();
        Assert.Contains(receipt.Reference, after, StringComparison.Ordinal);
        Assert.DoesNotContain(chunks, chunk => after.Contains(chunk, StringComparison.Ordinal));
    }

    /// <summary>A clock that is a year ahead would erase every closed request, and nothing brings them back.</summary>
    [Fact]
    public async Task Clock_FarAhead_ErasesNothingUntilAnOperatorConfirms()
    {
        await using var own = new StaffSite { Settings = { ["Retention:ConfirmAfterDays"] = "3" } };
        var start = own.Clock.GetUtcNow();
        var receipt = await own.AskAsync();
        using (var patient = own.Open())
        {
            await patient.SubmitAsync(await patient.GetAsync(receipt.StatusPath), RequestJourney.Withdrawal, []);
        }

        var store = own.Services.GetRequiredService<IStateStore>();
        await Eventually.TrueAsync(
            async () => await store.ReadAsync("retention", CancellationToken.None) is not null, "the site notes when it started");
        own.Clock.Set(start.AddDays(400));

        // A patient who asks under the wrong clock does not make it right.
        await own.AskAsync();
        await own.RunJobsAtAsync(start.AddDays(400).AddHours(1));
        Assert.Null((await own.FindAsync(receipt.Reference)).ErasedUtc);
        Assert.Equal("Degraded", await own.ReadinessAsync("retention"));
        Assert.Contains(own.Logs.Lines, line => line.Contains("Retention erased nothing", StringComparison.Ordinal));

        // The clock is set back: all is as before.
        await own.RunJobsAtAsync(start.AddDays(2));
        Assert.Null((await own.FindAsync(receipt.Reference)).ErasedUtc);

        await own.RunJobsAtAsync(start.AddDays(401));
        Assert.Equal(0, await own.Services.RunCommandAsync("retention", "--confirm"));

        // The command, which only reads the database, leaves a context that writes.
        await own.AskAsync();
        await own.RunJobsAtAsync(start.AddDays(402));

        // The site's own jobs may be the ones that erase it.
        await Eventually.TrueAsync(
            async () => (await own.FindAsync(receipt.Reference)).ErasedUtc is not null, "the request is erased");
        Assert.DoesNotContain(own.Logs.Lines, line => line.Contains("failed and is tried again", StringComparison.Ordinal));
        Assert.Equal("Healthy", await own.ReadinessAsync("retention"));
    }

    [Fact]
    public async Task Batch_OfMostRequests_WaitsForAnOperator()
    {
        await using var own = new StaffSite { Settings = { ["Retention:ConfirmAfterDays"] = "365" } };
        var start = own.Clock.GetUtcNow();
        var receipt = await own.AskAsync();
        await own.RunSqlAsync("UPDATE AppointmentRequests SET State = 'Closed', ClosedUtc = ReceivedUtc");
        await CopyAsync(own, receipt.Reference, 150);

        await own.RunJobsAtAsync(start.AddDays(181));

        Assert.Null((await own.FindAsync(receipt.Reference)).ErasedUtc);
        Assert.Contains(own.Logs.Lines, line => line.Contains("151 of 151 requests would be erased at once", StringComparison.Ordinal));
    }

    /// <summary>A backup reads the database while a request is erased: the bytes are removed when it has ended.</summary>
    [Fact]
    public async Task Erasure_WhileABackupReads_IsCompletedAfterwards()
    {
        await using var own = new StaffSite { Provider = DatabaseProvider.Sqlite };
        var receipt = await own.AskAsync(("note", "Quinquagenarian marathon"));
        var administrator = await own.Administrator;
        await using var reader = new SqliteConnection(
            $"Data Source={Path.Combine(own.DataPath, "physiosite.db")};Mode=ReadOnly;Pooling=False");
        await reader.OpenAsync();
        await using var read = reader.CreateCommand();
        read.CommandText = "BEGIN; SELECT COUNT(*) FROM AppointmentRequests";
        await read.ExecuteScalarAsync();

        await administrator.SubmitAsync(
            await administrator.OpenRequestAsync(receipt.Reference), "form[action$='handler=Erase']", [new("Sure", "true")]);

        var log = new FileInfo(Path.Combine(own.DataPath, "physiosite.db-wal"));
        Assert.NotEqual(0, log.Length);
        Assert.Contains(own.Logs.Lines, line => line.Contains("write-ahead log: it is being read", StringComparison.Ordinal));
        read.CommandText = "ROLLBACK";
        await read.ExecuteNonQueryAsync();
        await own.RunJobsAsync();
        log.Refresh();
        Assert.Equal(0, log.Length);
        Assert.Contains(own.Logs.Lines, line => line.Contains("was removed from the write-ahead log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Retention_OfMoreThanOneBatch_ErasesAllAndDeletesOldDigests()
    {
        var start = site.Clock.GetUtcNow();
        using var staff = await site.MadisonAsync(site.NewEmail());
        var receipt = await CloseAsync(staff);
        await CopyAsync(site, receipt.Reference, 230);
        await site.AskAsync();
        await site.RunJobsAtAsync(start.AddDays(1));
        var digest = $"digest-{site.Clock.UtcNow:yyyy-MM-dd}";
        await site.SentMailsAsync(digest);
        Assert.NotEmpty(site.MailFiles(digest));

        await site.RunJobsAtAsync(start.AddDays(182));

        var unerased = await site.WithDatabaseAsync(db => db.Set<AppointmentRequest>()
            .CountAsync(request => request.Reference.StartsWith("B00") && request.ErasedUtc == null));
        Assert.Equal(0, unerased);
        Assert.Contains(site.Logs.Lines, line => line.Contains("Retention erased 231 closed requests", StringComparison.Ordinal));
        Assert.Empty(await site.MailsAsync(digest));
        Assert.Empty(site.MailFiles(digest));
        var old = DateOnly.FromDateTime(site.Clock.UtcNow).AddDays(-31);
        Assert.False(await site.WithDatabaseAsync(db => db.Set<ClinicDigest>().AnyAsync(row => row.Day < old)));
    }

    [Fact]
    public async Task DryRun_BesideTheRunningSite_CountsAndChangesNothing()
    {
        // The command under test uses the real clock, so the requests that it must find are closed years earlier.
        using var past = new StaffSite { Provider = DatabaseProvider.Sqlite };
        past.Clock.Set(new DateTimeOffset(2020, 3, 3, 16, 0, 0, TimeSpan.Zero));
        var references = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            references.Add((await past.AskAsync()).Reference);
        }

        await past.RunSqlAsync("UPDATE AppointmentRequests SET State = 'Closed', ClosedUtc = ReceivedUtc");
        await past.RunSqlAsync($"UPDATE AppointmentRequests SET State = 'Held' WHERE Reference = '{references[0]}'");
        await past.RunSqlAsync($"UPDATE AppointmentRequests SET KeepReason = 'sealed' WHERE Reference = '{references[1]}'");

        using var asked = RealSite.Run([new("Data:Folder", past.DataPath)], "Production", "retention", "--dry-run");

        Assert.True(await asked.ExitAsync() == 0, asked.Output);
        Assert.Contains("madison: 2 closed or withdrawn, 1 held as possible spam", asked.Output, StringComparison.Ordinal);
        Assert.Contains("Would be erased now: 2 closed or withdrawn, 1 held as possible spam.", asked.Output, StringComparison.Ordinal);
        Assert.Contains("Past their time but kept for a reason: 1.", asked.Output, StringComparison.Ordinal);
        Assert.Contains("The oldest was received on 2020-03-03.", asked.Output, StringComparison.Ordinal);
        Assert.Equal(4, await past.WithDatabaseAsync(db => db.Set<AppointmentRequest>().CountAsync(request => request.ErasedUtc == null)));
    }

    [Theory]
    [InlineData("ClosedDays", "0")]
    [InlineData("SpamDays", "-1")]
    [InlineData("ClosedDays", "3651")]
    public void Start_WithDaysThatMakeNoSense_IsRefusedAndNamesTheKey(string key, string value)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [$"Retention:{key}"] = value })
            .Build();
        using var services = new ServiceCollection().AddAppointments(settings).BuildServiceProvider();

        var thrown = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.StartsWith(
            $"Retention:{key} must be 1 to 3650: the days after which ",
            Assert.Single(thrown.Failures),
            StringComparison.Ordinal);
    }

    /// <summary>Stores copies of a request without its history. Their references start with B00.</summary>
    private static Task<int> CopyAsync(StaffSite site, string reference, int count) => site.WithDatabaseAsync(async db =>
    {
        for (var i = 1; i <= count; i++)
        {
            var copy = db.Entry(await db.Set<AppointmentRequest>().AsNoTracking().SingleAsync(request => request.Reference == reference));
            copy.Property(request => request.Id).CurrentValue = Guid.CreateVersion7();
            copy.Property(request => request.Reference).CurrentValue = $"B{i:D7}";
            copy.Property(request => request.FormKeyHash).CurrentValue = $"f{i}";
            copy.Property(request => request.StatusTokenHash).CurrentValue = $"s{i}";
            copy.Property(request => request.SearchId).CurrentValue = null;
            copy.State = EntityState.Added;
        }

        return await db.SaveChangesAsync();
    });

    private async Task<Receipt> CloseAsync(Browser staff, params (string Field, string? Value)[] over)
    {
        var receipt = await site.AskAsync(over);
        await staff.PressAsync(
            await staff.OpenRequestAsync(receipt.Reference),
            "Close",
            ("Outcome", "SentElsewhere"),
            ("Note", "Quinquagenarian, sent to the hospital"));
        return receipt;
    }
}
