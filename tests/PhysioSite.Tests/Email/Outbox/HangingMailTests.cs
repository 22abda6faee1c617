using System.Diagnostics;
using PhysioSite.Data.Providers;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Transports;

namespace PhysioSite.Tests.Email.Outbox;

/// <summary>Emails whose delivery hangs, and the emails behind them in the queue.</summary>
public sealed class HangingMailTests
{
    /// <summary>More emails hang than are sent in parallel, and they are first in the queue.</summary>
    [Fact]
    public async Task Mails_BehindMailsThatHang_ArriveWhileThoseStillHang()
    {
        const int Hanging = 6;
        const int Behind = 40;
        await using var site = new SmtpSite { Settings = { ["Email:Smtp:TimeoutSeconds"] = "300" } };
        site.MailServer.Recipients = address => address.EndsWith("@hang.example", StringComparison.Ordinal) ? SmtpMove.Silence : null;
        await site.StopSendingAsync();
        await site.AddAsync(Hanging, "HANGS", "hang.example");
        await site.AddAsync(Behind, "BEHIND", "patients.example", site.Clock.UtcNow.AddSeconds(1));
        site.Clock.Advance(TimeSpan.FromSeconds(1));

        await site.Services.GetRequiredService<OutboxWorker>().StartAsync(CancellationToken.None);
        await site.SentMailsAsync("BEHIND");

        Assert.Equal(0, site.MailServer.Left);
        Assert.All(await site.MailsAsync("HANGS"), mail => Assert.Equal(
            (OutboxState.Waiting, 1, null, true),
            (mail.State, mail.Attempts, mail.LastError, mail.LeaseId is not null)));
        Assert.Equal(Behind, site.MailServer.Received.Count);

        // Many emails share one connection, and each hanging email has its own.
        Assert.InRange(site.MailServer.Connections, Hanging + 1, Hanging + 12);
    }

    /// <summary>All leases are released, both of emails waiting in the batch and of emails being sent.</summary>
    [Fact]
    public async Task Worker_StoppedWhileEverythingHangs_GivesAllMailsBackWithTheirAttempts()
    {
        await using var site = new SmtpSite { Settings = { ["Email:Smtp:TimeoutSeconds"] = "300" } };
        site.MailServer.Script = at => at == SmtpStage.Message ? SmtpMove.Silence : null;
        var worker = await site.StopSendingAsync();
        await site.AddAsync(10, "HANGS", "patients.example");
        await worker.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(
            async () => (await site.MailsAsync("HANGS")).TrueForAll(mail => mail.LeaseId is not null),
            "all are leased");

        await worker.StopAsync(CancellationToken.None);

        Assert.All(await site.MailsAsync("HANGS"), mail => Assert.Equal(
            (OutboxState.Waiting, 0, null, null),
            (mail.State, mail.Attempts, mail.LeaseId, mail.LeaseUntilUtc)));
    }

    [Fact]
    public async Task Worker_StoppedBeforeTheServerSaysThatItStoredAMail_HearsItAndDoesNotSendItAgain()
    {
        var (stored, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var site = new SmtpSite();
        site.MailServer.Script = at =>
        {
            if (at != SmtpStage.Message)
            {
                return null;
            }

            stored.TrySetResult();
            return new SmtpMove("250 stored", Stores: true, After: answer.Task);
        };
        var worker = await site.StopSendingAsync();
        await site.AddAsync(1, "STORED", "patients.example");
        await worker.StartAsync(CancellationToken.None);
        await stored.Task;

        var stop = worker.StopAsync(CancellationToken.None);
        answer.SetResult();
        await stop;

        Assert.Equal(OutboxState.Sent, Assert.Single(await site.MailsAsync("STORED")).State);
        Assert.Single(site.MailServer.Received);
    }

    /// <summary>The process is stopped as by a service manager: the server sends no reply, and the process does not wait for one.</summary>
    [Fact]
    public async Task Process_ToldToStopWhileTheServerIsSilentAfterTheMail_IsGoneSoonAndTheNextOneSendsIt()
    {
        var data = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new SmtpServer
        {
            Script = at => at == SmtpStage.Message && silent.TrySetResult() ? SmtpMove.Silence : null,
        };
        try
        {
            string reference;
            using (var site = await RealSite.StartAsync(
                [new("Data:Folder", data), new("Email:Smtp:TimeoutSeconds", "300"), .. server.Settings]))
            {
                using var browser = site.Open();
                reference = (await browser.AskAsync()).Reference;
                await silent.Task;
                var watch = Stopwatch.StartNew();

                site.AskToStop();
                Assert.Equal(0, await site.ExitAsync());

                // The limit separates a cut connection from a hang: the timeout is 300 seconds for the server and 30 seconds for the host.
                Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
            }

            using var next = new Site { Provider = DatabaseProvider.Sqlite, Settings = { ["Data:Folder"] = data } };
            foreach (var (key, value) in server.Settings)
            {
                next.Settings[key] = value;
            }

            next.Clock.Set(TimeProvider.System.GetUtcNow());
            next.CreateClient().Dispose();
            Assert.Equal(1, Assert.Single(await next.SentMailsAsync(reference)).Attempts);
            Assert.Single(await server.ReceiveAsync(reference, 1));
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(data, recursive: true);
        }
    }
}
