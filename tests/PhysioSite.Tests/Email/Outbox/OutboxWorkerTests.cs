using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Transports;

namespace PhysioSite.Tests.Email.Outbox;

/// <summary>Leases, several workers, and shutdown.</summary>
public sealed class OutboxWorkerTests
{
    [Fact]
    public async Task Mail_LeasedToAnother_IsSentOnlyAfterTheLeaseRanOut()
    {
        await using var site = new SmtpSite();
        var worker = await site.StopSendingAsync();
        using var browser = site.Open();
        var leased = await browser.AskAsync();
        var leasedUntil = site.Clock.UtcNow.AddMinutes(1);
        await LeaseAsync(site, leased.Reference, leasedUntil);
        var free = await browser.AskAsync();

        await worker.StartAsync(CancellationToken.None);
        await site.SentMailsAsync(free.Reference);

        var mail = Assert.Single(await site.MailsAsync(leased.Reference));
        Assert.Equal((OutboxState.Waiting, 0), (mail.State, mail.Attempts));

        while ((await site.MailsAsync(leased.Reference)).Exists(other => other.State != OutboxState.Sent))
        {
            Assert.True(site.Clock.UtcNow < leasedUntil.AddHours(1), "The email was not sent when the lease had run out.");
            site.Advance(TimeSpan.FromSeconds(5));
            await LookedAsync(site);
        }

        Assert.True(site.Clock.UtcNow >= leasedUntil);
        Assert.Single(await site.MailServer.ReceiveAsync(leased.Reference, 1));
    }

    /// <summary>
    /// Simulates a second instance on a database with several writers: it leases the email after the worker reads it as due and before the
    /// worker leases it.
    /// </summary>
    [Fact]
    public async Task Mail_LeasedByAnotherAfterItWasReadAsDue_IsNotLeasedAgain()
    {
        var other = new OtherSender();
        await using var site = new SmtpSite
        {
            Replace = services => services.ConfigureDbContext<SiteDbContext>(options => options.AddInterceptors(other)),
        };
        await site.StopSendingAsync();
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var leases = new OutboxLeases(site.Services.GetRequiredService<IServiceScopeFactory>(), site.Clock, TimeSpan.FromSeconds(30));

        other.BeforeTheNextUpdate = () => LeaseAsync(site, receipt.Reference, site.Clock.UtcNow.AddSeconds(30));
        Assert.Empty(await leases.TakeAsync([], CancellationToken.None));

        Assert.Single(await leases.TakeWithinAsync(TimeSpan.FromMinutes(1), site.Clock));
    }

    /// <summary>The same happens with one clock, when the second sender has read it before the first one takes the lease.</summary>
    [Fact]
    public async Task Mail_LeasedByAnotherWhoseClockIsAhead_IsNotLeasedAgain()
    {
        await using var site = new SmtpSite();
        await site.StopSendingAsync();
        using var browser = site.Open();
        await browser.AskAsync();
        OutboxLeases On(TestClock clock) =>
            new(site.Services.GetRequiredService<IServiceScopeFactory>(), clock, TimeSpan.FromSeconds(30));

        Assert.Single(await On(new TestClock(site.Clock.GetUtcNow().AddSeconds(1))).TakeAsync([], CancellationToken.None));
        Assert.Empty(await On(site.Clock).TakeWithinAsync(TimeSpan.FromMinutes(1), site.Clock));
        Assert.Single(await On(site.Clock).TakeWithinAsync(TimeSpan.FromMinutes(2), site.Clock));
    }

    [Fact]
    public async Task Worker_WhoseLeaseWasTaken_RecordsNothing()
    {
        await using var site = new SmtpSite();
        using var browser = site.Open();
        var thief = Guid.NewGuid();
        var until = site.Clock.UtcNow.AddHours(1);
        site.MailServer.Script = at =>
        {
            if (at == SmtpStage.Message)
            {
                site.WithDatabaseAsync(db => db.Set<OutboxEmail>().ExecuteUpdateAsync(set => set
                    .SetProperty(mail => mail.LeaseId, thief).SetProperty(mail => mail.LeaseUntilUtc, until))).GetAwaiter().GetResult();
            }

            return null;
        };

        var receipt = await browser.AskAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(site.Logs.Lines.Any(
                line => line.Contains($"about {receipt.Reference} sent", StringComparison.Ordinal))),
            "the worker has settled the mail");

        var mail = Assert.Single(await site.MailsAsync(receipt.Reference));
        Assert.Equal((OutboxState.Waiting, thief, until, null), (mail.State, mail.LeaseId, mail.LeaseUntilUtc, mail.SentUtc));
    }

    [Fact]
    public async Task Workers_TwoAtOnce_SendEachMailOnce()
    {
        const int Requests = 12;
        await using var site = new SmtpSite();
        var first = await site.StopSendingAsync();
        using var browser = site.Open();
        for (var i = 0; i < Requests; i++)
        {
            await browser.AskAsync(("email", $"patient{i}@patients.example"));
        }

        using var second = ActivatorUtilities.CreateInstance<OutboxWorker>(site.Services);
        await Task.WhenAll(first.StartAsync(CancellationToken.None), second.StartAsync(CancellationToken.None));
        await Eventually.TrueAsync(
            () => site.WithDatabaseAsync(db => db.Set<OutboxEmail>().AllAsync(mail => mail.State == OutboxState.Sent)),
            "every mail is sent");
        await second.StopAsync(CancellationToken.None);

        Assert.Equal(2 * Requests, site.MailServer.Received.Count);
        Assert.Equal(2 * Requests, site.MailServer.Received.Select(mail => mail.Mail.MessageId).Distinct().Count());
    }

    [Theory]
    [InlineData(SmtpStage.Greeting)]
    [InlineData(SmtpStage.Message)]
    public async Task Site_StoppedWhileTheServerIsSilent_GivesTheMailBackAndTheNextProcessSendsIt(SmtpStage stage)
    {
        var data = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new SmtpServer { Script = at => Silence(at) };
        SmtpMove? Silence(SmtpStage at)
        {
            if (at == stage)
            {
                silent.TrySetResult();
                return SmtpMove.Silence;
            }

            return null;
        }

        try
        {
            string reference;
            using (var site = SiteOn(data, server))
            {
                using var browser = site.Open();
                reference = (await browser.AskAsync()).Reference;
                await silent.Task;
            }

            Assert.Equal(("Waiting", 0, true), ReadMail(data));

            server.Script = _ => null;
            using var next = SiteOn(data, server);
            next.CreateClient().Dispose();
            Assert.Single(await server.ReceiveAsync(reference, 1));
            await next.SentMailsAsync(reference);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Mail_ThatLeftWhileTheDatabaseWasLocked_LeavesOnce()
    {
        await using var site = new SmtpSite { Provider = DatabaseProvider.Sqlite };
        using var locker = new SqliteConnection($"Data Source={Path.Combine(site.DataPath, "physiosite.db")};Pooling=False");
        site.MailServer.Script = at =>
        {
            if (at == SmtpStage.Message && locker.State == System.Data.ConnectionState.Closed)
            {
                locker.Open();
                using var begin = locker.CreateCommand();
                begin.CommandText = "BEGIN IMMEDIATE";
                begin.ExecuteNonQuery();
            }

            return null;
        };
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(site.Logs.Lines.Any(line => line.Contains("could not be recorded", StringComparison.Ordinal))),
            "an outcome that is not recorded");

        await locker.CloseAsync();

        await site.SentMailsAsync(receipt.Reference);
        Assert.Single(site.MailServer.Received);
    }

    [Fact]
    public async Task Mail_ThatCannotBePutTogether_DoesNotKeepOthersFromLeaving()
    {
        await using var site = new SmtpSite();
        using var browser = site.Open();
        var recipients = new[]
        {
            ("no address", "Fine"),
            ("a@b.example\r\nBcc: c@d.example", "Fine"),
            ("a@b.example", "Two\r\nBcc: c@d.example"),
        };
        foreach (var (to, subject) in recipients)
        {
            await AddAsync(site, to, subject);
        }

        var receipt = await browser.AskAsync();
        await site.SentMailsAsync(receipt.Reference);
        var broken = await site.MailsWhenAsync("BROKEN", mail => mail.LastError is not null, "tried");

        Assert.All(broken, mail => Assert.Equal(OutboxState.Failed, mail.State));
        Assert.Single(site.MailServer.Received);
    }

    private static async Task AddAsync(SmtpSite site, string to, string subject)
    {
        await using var scope = site.Services.CreateAsyncScope();
        var text = new EmailText(subject, ["Text"], [], new EmailAction("Open", new Uri("https://www.physiosite.example/")), []);
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        db.Add(OutboxSteps.Email("BROKEN", to, text, site.Clock.UtcNow));
        await db.SaveChangesAsync();
    }

    /// <summary>Completes when the worker, which was told that the clock has moved, has looked for emails.</summary>
    private static async Task LookedAsync(SmtpSite site)
    {
        int Looks() => site.Logs.Lines.Count(line => line.Contains("FROM \"Outbox\"", StringComparison.Ordinal));
        var before = Looks();
        await Eventually.TrueAsync(() => Task.FromResult(Looks() > before), "the worker looks for emails");
    }

    private static Task<int> LeaseAsync(SmtpSite site, string reference, DateTime until) =>
        site.WithDatabaseAsync(db => db.Set<OutboxEmail>()
            .Where(mail => mail.Reference == reference)
            .ExecuteUpdateAsync(set => set
                .SetProperty(mail => mail.LeaseId, Guid.NewGuid())
                .SetProperty(mail => mail.LeaseUntilUtc, until)));

    private sealed class OtherSender : DbCommandInterceptor
    {
        public Func<Task<int>>? BeforeTheNextUpdate { get; set; }

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (BeforeTheNextUpdate is { } lease)
            {
                BeforeTheNextUpdate = null;
                Assert.Equal(1, await lease());
            }

            return result;
        }
    }

    private static Site SiteOn(string data, SmtpServer server)
    {
        var site = new Site { Provider = DatabaseProvider.Sqlite, Settings = { ["Data:Folder"] = data } };
        foreach (var (key, value) in server.Settings)
        {
            site.Settings[key] = value;
        }

        return site;
    }

    private static (string State, int Attempts, bool Free) ReadMail(string data)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "physiosite.db")};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT State, Attempts, LeaseId IS NULL AND LeaseUntilUtc IS NULL FROM Outbox";
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        return (row.GetString(0), row.GetInt32(1), Convert.ToBoolean(row.GetValue(2), CultureInfo.InvariantCulture));
    }
}
