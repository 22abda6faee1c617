using PhysioSite.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>TLS with a mail server: what is sent before it, and which certificates are accepted.</summary>
public sealed class SmtpTlsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mail_Sent_GoesOverTlsAndSignedIn(bool implicitTls)
    {
        await using var server = Sending.Server(implicitTls);
        await using var sending = new Sending(server);

        Assert.Equal(Delivery.Sent, await sending.SendAsync());

        var mail = Assert.Single(server.Received);
        Assert.Equal(
            ("no-reply@cedarandstride.example", "ada@patients.example", true, Sending.User),
            (mail.From, Assert.Single(mail.Recipients), mail.OverTls, mail.User));
        Assert.All(server.InTheClear, line => Assert.Matches("^(EHLO cedarandstride.example|STARTTLS)$", line));
        Assert.Equal(implicitTls ? 0 : 2, server.InTheClear.Count);
    }

    [Fact]
    public async Task StartTls_AskedOfAPortWithImplicitTls_EndsAtTheLimit()
    {
        await using var server = Sending.Server(implicitTls: true);
        await using var sending = new Sending(server, ("Email:Smtp:Security", "StartTls"), ("Email:Smtp:TimeoutSeconds", "1"));

        Assert.Equal(
            new(DeliveryOutcome.TryLater, "The mail server did not answer within 1 seconds, before its greeting."),
            await sending.SendAsync());
    }

    [Theory]
    [InlineData("Untrusted", "is not trusted")]
    [InlineData("OfAnotherHost", "is for another name")]
    [InlineData("Expired", "has expired or is not valid yet")]
    public async Task Certificate_ThatCannotBeTrusted_PausesAllMailAndGetsNothing(string certificate, string says)
    {
        foreach (var implicitTls in new[] { false, true })
        {
            await using var server = Sending.Server(implicitTls);
            server.Certificate = certificate switch
            {
                "Untrusted" => TestCertificates.Untrusted,
                "Expired" => TestCertificates.Expired,
                _ => TestCertificates.OfAnotherHost,
            };
            await using var sending = new Sending(server);

            var delivery = await sending.SendAsync();

            Assert.Equal(DeliveryOutcome.SettingsAtFault, delivery.Outcome);
            Assert.StartsWith($"The certificate of localhost {says}.", delivery.Detail, StringComparison.Ordinal);
            Assert.DoesNotContain(
                server.InTheClear,
                line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Certificate_WithoutAFileOfOurOwn_IsHeldAgainstWhatTheMachineTrusts()
    {
        await using var server = Sending.Server();
        await using var sending = new Sending(server, ("Email:Smtp:CertificateFile", ""));

        Assert.Equal(DeliveryOutcome.SettingsAtFault, (await sending.SendAsync()).Outcome);
    }

    /// <summary>Lines that a man in the middle adds to the STARTTLS reply are ignored, both as replies and as capabilities.</summary>
    [Fact]
    public async Task Lines_SlippedInBeforeTls_ChangeNothing()
    {
        await using var server = Sending.Server();
        server.SlippedIn = "250-localhost\r\n250 AUTH CRAM-MD5\r\n235 2.7.0 Welcome";
        await using var sending = new Sending(server);

        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal(Sending.User, Assert.Single(server.Received).User);
    }

    /// <summary>
    /// If a server refuses EHLO over TLS, the client does not fall back to HELO: the capabilities that the server offered before TLS would
    /// then apply.
    /// </summary>
    [Fact]
    public async Task Server_RefusesEhloOverTls_GetsNoHeloAndNoSignIn()
    {
        await using var server = Sending.Server();
        server.Script = at => at == SmtpStage.HelloAgain ? new SmtpMove("502 5.5.1 No") : null;
        await using var sending = new Sending(server);

        var delivery = await sending.SendAsync();

        Assert.Equal(DeliveryOutcome.SettingsAtFault, delivery.Outcome);
        Assert.StartsWith("The mail server does not talk to this site (502 5.5.1).", delivery.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Received);
    }
}
