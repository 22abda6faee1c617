using Microsoft.Data.Sqlite;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Transports;

namespace PhysioSite.Tests.Email.Outbox;

/// <summary>An email is retried for 72 hours. Time in which no attempt is possible does not count.</summary>
public sealed class RetryWindowTests
{
    [Fact]
    public async Task Email_PausedForThreeDays_IsGivenUpThreeDaysLater()
    {
        await using var site = new SmtpSite();
        site.MailServer.Account = new(SmtpSite.User, "another password");
        using var browser = site.Open();
        var written = site.Clock.UtcNow;
        var receipt = await browser.AskAsync();
        await site.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null, "refused at sign-in");
        for (var day = 0; day < 3; day++)
        {
            site.Advance(TimeSpan.FromDays(1));
            await site.MailsWhenAsync(
                receipt.Reference,
                mail => mail.NextAttemptUtc == site.Clock.UtcNow && mail.LeaseId is null,
                "refused at sign-in again");
        }

        site.MailServer.Script = at => at == SmtpStage.Mail ? SmtpMove.Answer(451) : null;
        site.MailServer.Account = new(SmtpSite.User, SmtpSite.Password);
        site.Advance(TimeSpan.FromMinutes(2));
        var mail = Assert.Single(await site.MailsWhenAsync(
            receipt.Reference, mail => mail.Attempts == 1 && mail.LeaseId is null, "asked to wait"));

        Assert.Equal(OutboxState.Waiting, mail.State);
        Assert.Equal(written + OutboxEmail.RetryWindow + TimeSpan.FromDays(3) + TimeSpan.FromMinutes(2), mail.GiveUpUtc);
    }

    [Fact]
    public async Task Email_OfASiteThatWasStoppedForFourDays_IsTriedForTheRestOfItsWindow()
    {
        var data = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
        await using var server = new SmtpServer { Script = at => at == SmtpStage.Mail ? SmtpMove.Answer(451) : null };
        try
        {
            OutboxEmail before;
            string reference;
            using (var site = SiteOn(data, server))
            {
                using var browser = site.Open();
                reference = (await browser.AskAsync()).Reference;
                before = Assert.Single(await site.MailsWhenAsync(
                    reference, mail => mail.LastError is not null && mail.LeaseId is null, "asked to wait"));
            }

            using var later = SiteOn(data, server);
            later.Clock.Set(before.NextAttemptUtc.AddDays(4));
            later.CreateClient().Dispose();
            var after = Assert.Single(await later.MailsWhenAsync(
                reference, mail => mail.Attempts == 2 && mail.LeaseId is null, "asked to wait again"));

            Assert.Equal((OutboxState.Waiting, before.GiveUpUtc.AddDays(4)), (after.State, after.GiveUpUtc));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(data, recursive: true);
        }
    }

    private static Site SiteOn(string data, SmtpServer server)
    {
        var site = new Site { Settings = { ["Data:Folder"] = data } };
        foreach (var (key, value) in server.Settings)
        {
            site.Settings[key] = value;
        }

        return site;
    }
}
