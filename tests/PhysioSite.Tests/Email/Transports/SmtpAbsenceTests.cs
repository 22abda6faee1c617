using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>A mail server that does not respond or cannot be reached.</summary>
public sealed class SmtpAbsenceTests
{
    [Theory]
    [InlineData(SmtpStage.Greeting)]
    [InlineData(SmtpStage.Mail)]
    [InlineData(SmtpStage.Message)]
    public async Task Server_FallsSilent_MailIsGivenUpAfterTheTimeoutAndTriedAgain(SmtpStage stage)
    {
        await using var site = new SmtpSite();
        site.Settings["Email:Smtp:TimeoutSeconds"] = "1";
        site.MailServer.Script = at => at == stage ? SmtpMove.Silence : null;
        using var browser = site.Open();

        var receipt = await browser.AskAsync();
        var mail = Assert.Single(await site.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null, "given up"));
        Assert.Equal((OutboxState.Waiting, 1, null), (mail.State, mail.Attempts, mail.LeaseId));
        Assert.StartsWith("The mail server did not answer within 1 seconds, ", mail.LastError, StringComparison.Ordinal);

        // Otherwise each attempt would keep a connection open for as long as the server is silent.
        await Eventually.TrueAsync(() => Task.FromResult(site.MailServer.Left == 1), "the connection is closed");

        // On a busy machine, an email may need more than one attempt with the timeout of one second.
        site.MailServer.Script = _ => null;
        await Eventually.TrueAsync(
            async () =>
            {
                site.Advance(TimeSpan.FromMinutes(2));
                return (await site.MailsAsync(receipt.Reference)).TrueForAll(mail => mail.State == OutboxState.Sent);
            },
            "the mail is sent");
        Assert.NotEmpty(await site.MailServer.ReceiveAsync(receipt.Reference, 1));
    }

    [Fact]
    public async Task Server_NotThereAndBackAgain_GetsTheMail()
    {
        var port = await FreePortAsync();
        using var site = With(port);
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var mail = Assert.Single(await site.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null, "not reached"));
        Assert.Equal("The mail server could not be reached.", mail.LastError);

        await using var server = new SmtpServer(port);
        site.Advance(TimeSpan.FromMinutes(2));

        Assert.Single(await server.ReceiveAsync(receipt.Reference, 1));
        await site.SentMailsAsync(receipt.Reference);
    }

    /// <summary>The other emails wait without an attempt.</summary>
    [Fact]
    public async Task Server_NotThere_IsTriedWithAFewMailsOnly()
    {
        const int Waiting = 20;
        var port = await FreePortAsync();
        using var site = With(port);
        var worker = await site.StopSendingAsync();
        await site.AddAsync(Waiting, "WAITS", "patients.example");
        await worker.StartAsync(CancellationToken.None);

        await Eventually.TrueAsync(
            async () => await site.MailsAsync("WAITS") is var mails
                && mails.Exists(mail => mail.LastError is not null) && mails.TrueForAll(mail => mail.LeaseId is null),
            "the leases are released");
        Assert.InRange((await site.MailsAsync("WAITS")).Count(mail => mail.Attempts > 0), 1, 4);

        await using var server = new SmtpServer(port);
        site.Advance(TimeSpan.FromSeconds(5));
        await server.ReceiveAsync("WAITS", Waiting - 4);
    }

    [Fact]
    public async Task Host_ThatDoesNotExist_KeepsTheMailWaiting()
    {
        using var site = new Site();
        site.Settings["Email:Smtp:Host"] = "mail.invalid";
        using var browser = site.Open();

        var receipt = await browser.AskAsync();

        var mail = Assert.Single(await site.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null, "not reached"));
        Assert.Equal((OutboxState.Waiting, 1), (mail.State, mail.Attempts));
    }

    private static async Task<int> FreePortAsync()
    {
        await using var gone = new SmtpServer();
        return gone.Port;
    }

    private static Site With(int port) => new()
    {
        Settings =
        {
            ["Email:Smtp:Host"] = "localhost",
            ["Email:Smtp:Port"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Email:Smtp:CertificateFile"] = TestCertificates.TrustFile,
        },
    };
}
