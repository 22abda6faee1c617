using Microsoft.EntityFrameworkCore;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>One email and a server that is busy, faulty, unreachable, or refuses the email.</summary>
public sealed class SmtpTroubleTests(SmtpSite site) : IClassFixture<SmtpSite>, IAsyncLifetime
{
    public Task InitializeAsync() => site.CalmAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(SmtpStage.Greeting, 421)]
    [InlineData(SmtpStage.StartTls, 454)]
    [InlineData(SmtpStage.Mail, 451)]
    [InlineData(SmtpStage.Recipient, 450)]
    [InlineData(SmtpStage.Data, 421)]
    [InlineData(SmtpStage.Message, 452)]
    public async Task Server_AsksToTryLater_MailWaitsForItsNextAttemptAndThenArrives(SmtpStage stage, int code)
    {
        site.MailServer.Script = at => at == stage ? SmtpMove.Answer(code) : null;
        using var browser = site.Open();
        var now = site.Clock.UtcNow;

        var receipt = await browser.AskAsync();
        var mail = Assert.Single(await site.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null, "refused once"));

        Assert.Equal((OutboxState.Waiting, 1), (mail.State, mail.Attempts));
        Assert.InRange(mail.NextAttemptUtc - now, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1.1));
        Assert.Equal($"The mail server asked to try later ({code}).", mail.LastError);
        Assert.Null(site.Pause);

        site.MailServer.Script = _ => null;
        site.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, Assert.Single(await site.SentMailsAsync(receipt.Reference)).Attempts);
        Assert.Single(await site.MailServer.ReceiveAsync(receipt.Reference, 1));
    }

    [Fact]
    public async Task Server_AsksToTryLaterAgainAndAgain_EachWaitIsLonger()
    {
        site.MailServer.Script = at => at == SmtpStage.Mail ? SmtpMove.Answer(451) : null;
        using var browser = site.Open();
        var receipt = await browser.AskAsync();

        foreach (var (attempt, minutes) in new[] { (1, 1), (2, 5), (3, 15), (4, 60), (5, 60) })
        {
            var mail = Assert.Single(await site.MailsWhenAsync(
                receipt.Reference, mail => mail.Attempts == attempt && mail.LeaseId is null, $"{attempt} attempts"));
            var wait = mail.NextAttemptUtc - site.Clock.UtcNow;
            Assert.InRange(wait, TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(minutes * 1.1));
            site.Advance(wait);
        }
    }

    [Fact]
    public async Task Mail_BeforeItsNextAttempt_IsLeftAlone()
    {
        site.MailServer.Script = at => at == SmtpStage.Mail ? SmtpMove.Answer(451) : null;
        using var browser = site.Open();
        var early = await browser.AskAsync();
        var refused = Assert.Single(await site.MailsWhenAsync(early.Reference, mail => mail.LastError is not null, "refused once"));

        site.MailServer.Script = _ => null;
        site.Advance(refused.NextAttemptUtc - site.Clock.UtcNow - TimeSpan.FromSeconds(1));
        var later = await browser.AskAsync();
        await site.SentMailsAsync(later.Reference);

        var mail = Assert.Single(await site.MailsAsync(early.Reference));
        Assert.Equal((OutboxState.Waiting, 1), (mail.State, mail.Attempts));
    }

    [Fact]
    public async Task Mail_OfAClockThatIsPutBack_IsNotKeptForTheDayItShowed()
    {
        site.MailServer.Script = at => at == SmtpStage.Mail ? SmtpMove.Answer(451) : null;
        using var browser = site.Open();
        var wrong = site.Clock.UtcNow;
        var receipt = await browser.AskAsync();
        await site.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null, "refused once");

        site.MailServer.Script = _ => null;
        site.Clock.Set(wrong.AddDays(-1));
        site.Advance(TimeSpan.Zero);
        await site.SentMailsAsync(receipt.Reference);
        site.Clock.Set(wrong);
    }

    [Theory]
    [InlineData(SmtpStage.Mail, "550 5.1.8 Sender refused", "sender")]
    [InlineData(SmtpStage.Recipient, "550 5.1.1 No such mailbox", "recipient")]
    [InlineData(SmtpStage.Data, "554 5.6.0 Refused", "email")]
    [InlineData(SmtpStage.Message, "552 5.3.4 Too big", "email")]
    public async Task Server_RefusesForGood_MailFailsAtOnceAndStaffSendItAgainAsTheSameMail(SmtpStage stage, string reply, string what)
    {
        site.MailServer.Script = at => at == stage ? new SmtpMove(reply) : null;
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var failed = Assert.Single(await site.MailsWhenAsync(receipt.Reference, mail => mail.State == OutboxState.Failed, "failed"));
        using var staff = await site.SignInAsync($"{receipt.Reference}@cedarandstride.example", StaffRoles.Staff, "madison");

        var delivery = await staff.GetAsync("/staff/delivery?state=failed");
        var row = delivery.Page.QuerySelectorAll("tbody tr")
            .Single(row => row.TextContent.Contains(receipt.Reference, StringComparison.Ordinal));
        Assert.Contains(
            $"Needs attention 1 attempt. The mail server refused the {what} for good ({reply[..9]}).",
            Answer.Words(row),
            StringComparison.Ordinal);

        site.MailServer.Script = _ => null;
        var form = $"form[action*=SendAgain]:has(input[value='{failed.Id.ToString().ToLowerInvariant()}'])";
        await staff.SubmitAsync(delivery, form, []);

        var mail = Assert.Single(await site.MailServer.ReceiveAsync(receipt.Reference, 1));
        Assert.Equal(failed.MessageId("cedarandstride.example"), $"<{mail.Mail.MessageId}>");
        Assert.Equal(1, Assert.Single(await site.SentMailsAsync(receipt.Reference)).Attempts);
    }

    [Fact]
    public async Task Server_HangsUpAfterItTookTheMail_SameMailIsSentAgainWithItsMessageId()
    {
        site.MailServer.Script = at => at == SmtpStage.Message ? SmtpMove.StoreAndHangUp : null;
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        await site.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null, "interrupted");

        site.MailServer.Script = _ => null;
        site.Advance(TimeSpan.FromMinutes(2));
        await site.SentMailsAsync(receipt.Reference);

        var mails = await site.MailServer.ReceiveAsync(receipt.Reference, 2);
        Assert.Equal(2, mails.Count);
        Assert.Single(mails.Select(mail => mail.Mail.MessageId).Distinct());
    }

    [Theory]
    [InlineData(SmtpStage.Greeting)]
    [InlineData(SmtpStage.Hello)]
    [InlineData(SmtpStage.StartTls)]
    [InlineData(SmtpStage.SignIn)]
    [InlineData(SmtpStage.Recipient)]
    [InlineData(SmtpStage.Message)]
    public async Task Server_HangsUp_MailIsTriedAgainAndArrivesOnce(SmtpStage stage)
    {
        site.MailServer.Script = at => at == stage ? SmtpMove.HangUp : null;
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var mail = Assert.Single(await site.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null, "interrupted"));
        Assert.Equal((OutboxState.Waiting, 1), (mail.State, mail.Attempts));
        Assert.Null(site.Pause);

        site.MailServer.Script = _ => null;
        site.Advance(TimeSpan.FromMinutes(2));
        await site.SentMailsAsync(receipt.Reference);
        Assert.Single(await site.MailServer.ReceiveAsync(receipt.Reference, 1));
    }

    [Fact]
    public async Task Mail_NotTakenWithin72Hours_FailsAtItsLastAttempt()
    {
        site.MailServer.Script = at => at == SmtpStage.Mail ? SmtpMove.Answer(451) : null;
        using var browser = site.Open();
        var received = site.Clock.UtcNow;
        var receipt = await browser.AskAsync();
        await site.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null && mail.LeaseId is null, "refused once");

        await DueAsync(received.AddHours(70));
        var late = Assert.Single(await site.MailsWhenAsync(
            receipt.Reference, mail => mail.Attempts == 2 && mail.LeaseId is null, "refused twice"));
        Assert.Equal(OutboxState.Waiting, late.State);

        await DueAsync(received.AddHours(71.9));
        var failed = Assert.Single(await site.MailsWhenAsync(
            receipt.Reference, mail => mail.Attempts == 3 && mail.LeaseId is null, "refused at last"));
        Assert.Equal(OutboxState.Failed, failed.State);

        // Simulates an attempt every hour. A late attempt extends the 72 hours.
        async Task DueAsync(DateTime time)
        {
            await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().Where(mail => mail.Reference == receipt.Reference)
                .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.NextAttemptUtc, time)));
            site.Clock.Set(time);
            site.Advance(TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Patient_WhoseMailIsRefused_DoesNotKeepTheClinicFromIts()
    {
        var refused = "refused@patients.example";
        var recipients = 0;
        site.MailServer.Script = at => at == SmtpStage.Recipient && Interlocked.Increment(ref recipients) == 1
            ? SmtpMove.Answer(550, "5.1.1 No such mailbox")
            : null;
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("email", refused));
        var mails = await site.MailsWhenAsync(receipt.Reference, mail => mail.State != OutboxState.Waiting, "settled");

        Assert.Equal(
            [OutboxState.Sent, OutboxState.Failed],
            mails.Select(mail => mail.State).OrderByDescending(state => state == OutboxState.Sent));
        Assert.Single(await site.MailServer.ReceiveAsync(receipt.Reference, 1));
    }
}
