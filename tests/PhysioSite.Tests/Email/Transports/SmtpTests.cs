using PhysioSite.Email.Outbox;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>Which emails reach the mail server, and which faults pause all emails.</summary>
public sealed class SmtpTests(SmtpSite site) : IClassFixture<SmtpSite>, IAsyncLifetime
{
    public Task InitializeAsync() => site.CalmAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Request_WithEmail_SendsOneMailToEachOverTlsAndSignedIn()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("email", "ada@patients.example"));

        var mails = await site.MailServer.ReceiveAsync(receipt.Reference, 2);
        await site.SentMailsAsync(receipt.Reference);

        Assert.Equal(
            ["ada@patients.example", "madison@cedarandstride.example"],
            mails.Select(mail => Assert.Single(mail.Recipients)).Order());
        Assert.All(mails, mail =>
        {
            Assert.True(mail.OverTls);
            Assert.Equal(SmtpSite.User, mail.User);
            Assert.Equal("no-reply@cedarandstride.example", mail.From);
            Assert.Equal(mail.Recipients[0], mail.Mail.To.ToString());
        });
        Assert.Equal(2, (await site.MailServer.ReceiveAsync(receipt.Reference, 2)).Count);
    }

    [Fact]
    public async Task Request_Sent_LeavesNothingButGreetingsInTheClear()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("email", "ada@patients.example"));
        await site.SentMailsAsync(receipt.Reference);

        Assert.All(site.MailServer.InTheClear, line => Assert.Matches("^(EHLO .*|STARTTLS|QUIT)$", line));
    }

    [Fact]
    public async Task Server_WithoutStartTls_GetsNothingAndMailPausesNamingTheSetting()
    {
        site.MailServer.Certificate = null;
        using var browser = site.Open();

        var receipt = await browser.AskAsync();

        await AssertPausedAsync(receipt.Reference, "localhost does not offer STARTTLS", "Check Email:Smtp:Port and Email:Smtp:Security.");
        Assert.DoesNotContain(
            site.MailServer.InTheClear,
            line => line.StartsWith("MAIL", StringComparison.Ordinal) || line.StartsWith("AUTH", StringComparison.Ordinal));
        await AssertGoesOnAsync(receipt.Reference);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_WithCertificateOfNobodyOrAnother_GetsNothingAndMailPauses(bool trustedButOfAnotherHost)
    {
        site.MailServer.Certificate = trustedButOfAnotherHost ? TestCertificates.OfAnotherHost : TestCertificates.Untrusted;
        using var browser = site.Open();

        var receipt = await browser.AskAsync();

        var fault = trustedButOfAnotherHost ? "is for another name" : "is not trusted";
        await AssertPausedAsync(
            receipt.Reference,
            $"The certificate of localhost {fault}.",
            "Check Email:Smtp:Host, Email:Smtp:CertificateFile");
        await AssertGoesOnAsync(receipt.Reference);
    }

    /// <summary>Delivery pauses even if the server accepts the email despite the refused sign-in.</summary>
    [Fact]
    public async Task SignIn_Refused_PausesMailWithoutUsingUpAttempts()
    {
        site.MailServer.Script = at => at switch
        {
            SmtpStage.SignIn => new SmtpMove("535 5.7.8 Error: authentication failed"),
            SmtpStage.Mail => new SmtpMove("250 2.1.0 Ok"),
            _ => null,
        };
        using var browser = site.Open();

        var receipt = await browser.AskAsync();

        await AssertPausedAsync(
            receipt.Reference,
            "The mail server refused the sign-in (535 5.7.8).",
            "Check Email:Smtp:User and Email:Smtp:Password.");
        await AssertGoesOnAsync(receipt.Reference);
    }

    [Fact]
    public async Task Server_OnThisMachineWithTlsTurnedOff_GetsTheMailInTheClear()
    {
        await using var server = new SmtpServer { Certificate = null };
        using var plain = new Site();
        foreach (var (key, value) in server.Settings)
        {
            plain.Settings[key] = value;
        }

        using var browser = plain.Open();

        var receipt = await browser.AskAsync();

        Assert.False(Assert.Single(await server.ReceiveAsync(receipt.Reference, 1)).OverTls);
    }

    private async Task AssertPausedAsync(string reference, params string[] words)
    {
        await Eventually.TrueAsync(() => Task.FromResult(site.Pause is not null), "a pause");
        var mail = Assert.Single(await site.MailsWhenAsync(reference, mail => mail.LastError is not null, "held back"));
        Assert.Equal((OutboxState.Waiting, 0, null), (mail.State, mail.Attempts, mail.LeaseId));
        Assert.DoesNotContain(site.MailServer.Received, received => received.Mail.Subject!.Contains(reference, StringComparison.Ordinal));
        using var staff = await site.SignInAsync($"{reference}@cedarandstride.example", StaffRoles.Staff, "madison");
        var delivery = (await staff.GetAsync("/staff/delivery")).Main;
        using var browser = site.Open();
        var health = (await browser.GetAsync("/healthz/ready")).Text;
        Assert.Contains("All email is paused.", delivery, StringComparison.Ordinal);
        foreach (var word in words)
        {
            Assert.Contains(word, site.Pause!.Reason, StringComparison.Ordinal);
            Assert.Contains(word, delivery, StringComparison.Ordinal);
            Assert.Contains(word, System.Text.RegularExpressions.Regex.Unescape(health), StringComparison.Ordinal);
        }
    }

    /// <summary>The server has recovered: after the pause the email is sent automatically, at its first attempt.</summary>
    private async Task AssertGoesOnAsync(string reference)
    {
        site.MailServer.Certificate = TestCertificates.Trusted;
        site.MailServer.Account = new(SmtpSite.User, SmtpSite.Password);
        site.MailServer.Script = _ => null;
        site.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, Assert.Single(await site.SentMailsAsync(reference)).Attempts);
        Assert.Single(await site.MailServer.ReceiveAsync(reference, 1));
    }
}
