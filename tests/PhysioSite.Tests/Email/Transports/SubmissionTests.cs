using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>The SMTP session with a server without faults: TLS, sign-in, and several emails in sequence.</summary>
public sealed class SubmissionTests
{
    private const string User = "physiosite";
    private const string Password = "sesame, öffne dich";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mail_Sent_GoesOverTlsAndSignedIn(bool implicitTls)
    {
        await using var server = Server(implicitTls);
        await using var sending = new Sending(server);

        Assert.Equal(Delivery.Sent, await sending.SendAsync());

        var mail = Assert.Single(server.Received);
        Assert.Equal(("no-reply@cedarandstride.example", "ada@patients.example", true, User), (mail.From, Assert.Single(mail.Recipients), mail.OverTls, mail.User));
        Assert.All(server.InTheClear, line => Assert.Matches("^(EHLO cedarandstride.example|STARTTLS)$", line));
        Assert.Equal(implicitTls ? 0 : 2, server.InTheClear.Count);
    }

    [Fact]
    public async Task StartTls_AskedOfAPortWithImplicitTls_EndsAtTheLimit()
    {
        await using var server = Server(implicitTls: true);
        await using var sending = new Sending(server, ("Email:Smtp:Security", "StartTls"), ("Email:Smtp:TimeoutSeconds", "1"));

        Assert.Equal(new(DeliveryOutcome.TryLater, "The mail server did not answer within 1 seconds, before its greeting."), await sending.SendAsync());
    }

    [Theory]
    [InlineData("PLAIN", true)]
    [InlineData("LOGIN", true)]
    [InlineData("XOAUTH2 LOGIN PLAIN", true)]
    [InlineData("SCRAM-SHA-256", true)]
    [InlineData("XOAUTH2", false)]
    [InlineData("CRAM-MD5", false)]
    [InlineData("", false)]
    public async Task Password_WithWhatTheServerOffers_SignsInOrPausesAllMail(string mechanisms, bool signsIn)
    {
        await using var server = Server();
        server.Mechanisms = mechanisms.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var sending = new Sending(server);

        var delivery = await sending.SendAsync();

        Assert.Equal(signsIn ? DeliveryOutcome.Sent : DeliveryOutcome.SettingsAtFault, delivery.Outcome);
        Assert.Equal(signsIn ? [User] : [], server.Received.Select(mail => mail.User));
    }

    /// <summary>
    /// A server may also accept email without a sign-in. It must not receive an email if the sign-in failed or did not take place.
    /// </summary>
    [Theory]
    [InlineData("535 5.7.8 Not accepted", "The mail server refused the sign-in (535 5.7.8).")]
    [InlineData(null, "localhost offers no sign-in on port")]
    public async Task SignIn_FailsWhereNobodyInsists_SendsNothing(string? refusal, string says)
    {
        await using var server = new SmtpServer { Account = refusal is null ? null : new(User, "another"), Script = at => at == SmtpStage.Mail ? new SmtpMove("250 2.1.0 OK") : null };
        await using var sending = new Sending(server, ("Email:Smtp:User", User), ("Email:Smtp:Password", Password));

        var delivery = await sending.SendAsync();

        Assert.Equal(DeliveryOutcome.SettingsAtFault, delivery.Outcome);
        Assert.StartsWith(says, delivery.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task AccessToken_InAFile_IsReadAnewForEachConnection()
    {
        var folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
        try
        {
            var file = Path.Combine(folder, "token");
            await using var server = Server();
            server.Mechanisms = ["LOGIN", "XOAUTH2"];
            server.Account = new(User, "token-2");
            await using var sending = new Sending(
                server, ("Email:Smtp:Password", ""), ("Email:Smtp:AccessToken", "token-0"), ("Email:Smtp:AccessTokenFile", file));

            var missing = await sending.SendAsync();
            await File.WriteAllTextAsync(file, "token-1\n");
            var expired = await sending.SendAsync();
            await File.WriteAllTextAsync(file, "token-2\n");
            var renewed = await sending.SendAsync();

            Assert.Equal(DeliveryOutcome.SettingsAtFault, missing.Outcome);
            Assert.Contains("Check Email:Smtp:AccessTokenFile.", missing.Detail, StringComparison.Ordinal);
            Assert.Equal(new(DeliveryOutcome.SettingsAtFault, "The mail server refused the sign-in (535 5.7.8). Check Email:Smtp:User and Email:Smtp:AccessTokenFile."), expired);
            Assert.Equal(Delivery.Sent, renewed);
            Assert.Equal(User, Assert.Single(server.Received).User);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("XOAUTH2")]
    [InlineData("OAUTHBEARER")]
    public async Task AccessToken_InTheSettings_SignsIn(string mechanism)
    {
        await using var server = Server();
        server.Mechanisms = [mechanism];
        server.Account = new(User, "ya29.token");
        await using var sending = new Sending(server, ("Email:Smtp:Password", ""), ("Email:Smtp:AccessToken", "ya29.token"));

        Assert.Equal(Delivery.Sent, await sending.SendAsync());
    }

    [Theory]
    [InlineData("Untrusted", "is not trusted")]
    [InlineData("OfAnotherHost", "is for another name")]
    [InlineData("Expired", "has expired or is not valid yet")]
    public async Task Certificate_ThatCannotBeTrusted_PausesAllMailAndGetsNothing(string certificate, string says)
    {
        foreach (var implicitTls in new[] { false, true })
        {
            await using var server = Server(implicitTls);
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
            Assert.DoesNotContain(server.InTheClear, line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Certificate_WithoutAFileOfOurOwn_IsHeldAgainstWhatTheMachineTrusts()
    {
        await using var server = Server();
        await using var sending = new Sending(server, ("Email:Smtp:CertificateFile", ""));

        Assert.Equal(DeliveryOutcome.SettingsAtFault, (await sending.SendAsync()).Outcome);
    }

    /// <summary>Lines that a man in the middle adds to the STARTTLS reply are ignored, both as replies and as capabilities.</summary>
    [Fact]
    public async Task Lines_SlippedInBeforeTls_ChangeNothing()
    {
        await using var server = Server();
        server.SlippedIn = "250-localhost\r\n250 AUTH CRAM-MD5\r\n235 2.7.0 Welcome";
        await using var sending = new Sending(server);

        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal(User, Assert.Single(server.Received).User);
    }

    [Fact]
    public async Task Mails_OneAfterTheOther_ShareAConnectionUntilThereIsNothingToSend()
    {
        await using var server = Server();
        await using var sending = new Sending(server);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Delivery.Sent, await sending.SendAsync());
        }

        Assert.Equal((1, 3), (server.Connections, server.Received.Count));
        await sending.Transport.RestAsync();
        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData("421 4.3.2 Enough for now", false)]
    [InlineData(null, true)]
    [InlineData(null, false)]
    public async Task Connection_NoLongerGood_IsReplacedBeforeTheNextMail(string? reply, bool hangsUp)
    {
        await using var server = Server();
        await using var sending = new Sending(server);
        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        server.Script = at => at == SmtpStage.Reset ? new SmtpMove(reply, Closes: hangsUp) : null;

        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal((2, 2), (server.Connections, server.Received.Count));
    }

    [Fact]
    public async Task Connection_OnWhichAMailWasRefused_IsNotUsedAgain()
    {
        await using var server = Server();
        server.Recipients = address => address.StartsWith("nobody", StringComparison.Ordinal) ? new SmtpMove("550 5.1.1 Nobody") : null;
        await using var sending = new Sending(server);

        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal(DeliveryOutcome.Refused, (await sending.SendAsync(Sending.Mail("nobody@patients.example"))).Outcome);
        Assert.Equal(Delivery.Sent, await sending.SendAsync());
        Assert.Equal((2, 2), (server.Connections, server.Received.Count));
    }

    [Theory]
    [InlineData(SmtpStage.Greeting)]
    [InlineData(SmtpStage.Hello)]
    [InlineData(SmtpStage.StartTls)]
    [InlineData(SmtpStage.Handshake)]
    [InlineData(SmtpStage.HelloAgain)]
    [InlineData(SmtpStage.SignIn)]
    [InlineData(SmtpStage.Mail)]
    [InlineData(SmtpStage.Recipient)]
    [InlineData(SmtpStage.Data)]
    [InlineData(SmtpStage.Message)]
    public async Task Cancelling_WhileTheServerIsSilent_EndsAtOnceAndClosesTheConnection(SmtpStage stage)
    {
        await using var server = Server();
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Script = at => at == stage && silent.TrySetResult() ? SmtpMove.Silence : null;
        await using var sending = new Sending(server, ("Email:Smtp:TimeoutSeconds", "300"));
        using var stop = new CancellationTokenSource();

        var mail = sending.SendAsync(cancellationToken: stop.Token);
        await silent.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mail.WaitAsync(TimeSpan.FromSeconds(20)));
        await Eventually.TrueAsync(() => Task.FromResult(server.Left == 1), "the connection is closed");
    }

    /// <summary>If the queue of a listener is full, Linux drops connection requests, so connecting hangs.</summary>
    [Fact]
    public async Task Cancelling_WhileNobodyAcceptsTheConnection_EndsAtOnce()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            .ToList();
        try
        {
            var connecting = waiting.Select(socket => socket.ConnectAsync(IPAddress.Loopback, port)).ToList();
            await Task.WhenAny(connecting);
            await using var server = Server();
            await using var sending = new Sending(
                server,
                ("Email:Smtp:Host", "127.0.0.1"),
                ("Email:Smtp:Port", port.ToString(CultureInfo.InvariantCulture)),
                ("Email:Smtp:TimeoutSeconds", "300"));
            using var stop = new CancellationTokenSource();

            var mail = sending.SendAsync(cancellationToken: stop.Token);
            await stop.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mail.WaitAsync(TimeSpan.FromSeconds(20)));
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Resting_WhileTheServerIsSilentAtQuit_EndsAndClosesTheConnection()
    {
        await using var server = Server();
        server.Script = at => at == SmtpStage.Quit ? SmtpMove.Silence : null;
        await using var sending = new Sending(server, ("Email:Smtp:TimeoutSeconds", "300"));
        Assert.Equal(Delivery.Sent, await sending.SendAsync());

        await sending.Transport.RestAsync().WaitAsync(TimeSpan.FromSeconds(20));

        await Eventually.TrueAsync(() => Task.FromResult(server.Left == 1), "the connection is closed");
    }

    /// <summary>
    /// If a server refuses EHLO over TLS, the client does not fall back to HELO: the capabilities that the server offered before TLS would
    /// then apply.
    /// </summary>
    [Fact]
    public async Task Server_RefusesEhloOverTls_GetsNoHeloAndNoSignIn()
    {
        await using var server = Server();
        server.Script = at => at == SmtpStage.HelloAgain ? new SmtpMove("502 5.5.1 No") : null;
        await using var sending = new Sending(server);

        var delivery = await sending.SendAsync();

        Assert.Equal(DeliveryOutcome.SettingsAtFault, delivery.Outcome);
        Assert.StartsWith("The mail server does not talk to this site (502 5.5.1).", delivery.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task Server_ChallengesWithoutEnd_IsNotAnsweredForEver()
    {
        await using var server = Server();
        server.Script = at => at == SmtpStage.SignIn ? new SmtpMove("334 ") : null;
        await using var sending = new Sending(server);

        var delivery = await sending.SendAsync();

        Assert.Equal(DeliveryOutcome.TryLater, delivery.Outcome);
        Assert.StartsWith("The mail server said something that is not SMTP, at the sign-in.", delivery.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Email_InTheMailFolder_HasTheBytesThatAServerGets()
    {
        await using var server = Server();
        await using var sending = new Sending(server);
        var mail = Sending.Mail(paragraphs: ["Zoë", "From here", ".", "=?utf-8?Q?x?="]);
        Assert.Equal(Delivery.Sent, await sending.SendAsync(mail));

        using var message = sending.Composer.TryCompose(mail, out _)!;
        using var file = new MemoryStream();
        await message.WriteToAsync(EmailMessageComposer.Format, file);

        Assert.Equal(file.ToArray(), Assert.Single(server.Received).Raw);
    }

    [Fact]
    public async Task Subject_ThatLooksLikeAnEncodedWord_IsNotDecoded()
    {
        await using var server = Server();
        await using var sending = new Sending(server);

        await sending.SendAsync(Sending.Mail(subject: "Request =?utf-8?Q?spoofed?= ABC"));

        Assert.DoesNotContain("spoofed ABC", Assert.Single(server.Received).Mail.Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a@patients.example, b@patients.example")]
    [InlineData("a@patients.example,b@patients.example")]
    [InlineData("a@patients.example;b@patients.example")]
    [InlineData("Ada <a@patients.example>")]
    [InlineData("a@patients.example\r\nRCPT TO:<b@patients.example>")]
    [InlineData("a@patients.example> NOTIFY=SUCCESS")]
    [InlineData("a@münchen..example")]
    [InlineData("jo\u200bzef@patients.example")]
    [InlineData("nobody")]
    [InlineData("")]
    public async Task Recipient_NotOnePlainAddress_IsRefusedBeforeAnythingIsSaid(string to)
    {
        await using var server = Server();
        await using var sending = new Sending(server);

        Assert.Equal(new(DeliveryOutcome.Refused, "The recipient is not one email address."), await sending.SendAsync(Sending.Mail(to)));
        Assert.Equal(0, server.Connections);
    }

    /// <summary>The bytes do not depend on the time of sending, so the two copies of an email that arrives twice are identical.</summary>
    [Fact]
    public async Task Mail_SentTwice_IsTheSameToTheByteWithItsOwnMessageId()
    {
        await using var server = Server();
        await using var sending = new Sending(server);
        var mail = Sending.Mail();

        await sending.SendAsync(mail);
        await sending.SendAsync(mail);

        Assert.Equal(2, server.Received.Count);
        Assert.Equal(server.Received.First().Raw, server.Received.Last().Raw);
        Assert.Equal($"{mail.Id:N}@cedarandstride.example", server.Received.First().Mail.MessageId);
    }

    /// <summary>A line ending that only some servers accept would let a text inject a second email.</summary>
    [Theory]
    [InlineData("\n.\nMAIL FROM:<spy@evil.example>")]
    [InlineData("\r.\rMAIL FROM:<spy@evil.example>")]
    [InlineData("\r\n.\r\nMAIL FROM:<spy@evil.example>")]
    [InlineData("\n.\r\nMAIL FROM:<spy@evil.example>")]
    public async Task Text_ThatLooksLikeTheEndOfTheMail_IsTextOfTheMail(string text)
    {
        await using var server = Server();
        await using var sending = new Sending(server);

        Assert.Equal(Delivery.Sent, await sending.SendAsync(Sending.Mail(paragraphs: ["Before" + text])));

        var mail = Assert.Single(server.Received);
        Assert.StartsWith("Before\n.\nMAIL FROM:<spy@evil.example>\n", mail.Mail.TextBody, StringComparison.Ordinal);
        var bytes = Encoding.Latin1.GetString(mail.Raw).Replace("\r\n", "", StringComparison.Ordinal);
        Assert.DoesNotContain('\n', bytes);
        Assert.DoesNotContain('\r', bytes);
    }

    private static SmtpServer Server(bool implicitTls = false) => new() { Account = new(User, Password), ImplicitTls = implicitTls };
}
