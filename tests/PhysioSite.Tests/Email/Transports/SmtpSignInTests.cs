using PhysioSite.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>The sign-in at a mail server, by password and by access token.</summary>
public sealed class SmtpSignInTests
{
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
        await using var server = Sending.Server();
        server.Mechanisms = mechanisms.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var sending = new Sending(server);

        var delivery = await sending.SendAsync();

        Assert.Equal(signsIn ? DeliveryOutcome.Sent : DeliveryOutcome.SettingsAtFault, delivery.Outcome);
        Assert.Equal(signsIn ? [Sending.User] : [], server.Received.Select(mail => mail.User));
    }

    /// <summary>
    /// A server may also accept email without a sign-in. It must not receive an email if the sign-in failed or did not take place.
    /// </summary>
    [Theory]
    [InlineData("535 5.7.8 Not accepted", "The mail server refused the sign-in (535 5.7.8).")]
    [InlineData(null, "localhost offers no sign-in on port")]
    public async Task SignIn_FailsWhereNobodyInsists_SendsNothing(string? refusal, string says)
    {
        await using var server = new SmtpServer
        {
            Account = refusal is null ? null : new(Sending.User, "another"),
            Script = at => at == SmtpStage.Mail ? new SmtpMove("250 2.1.0 OK") : null,
        };
        await using var sending = new Sending(server, ("Email:Smtp:User", Sending.User), ("Email:Smtp:Password", Sending.Password));

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
            await using var server = Sending.Server();
            server.Mechanisms = ["LOGIN", "XOAUTH2"];
            server.Account = new(Sending.User, "token-2");
            await using var sending = new Sending(
                server, ("Email:Smtp:Password", ""), ("Email:Smtp:AccessToken", "token-0"), ("Email:Smtp:AccessTokenFile", file));

            var missing = await sending.SendAsync();
            await File.WriteAllTextAsync(file, "token-1\n");
            var expired = await sending.SendAsync();
            await File.WriteAllTextAsync(file, "token-2\n");
            var renewed = await sending.SendAsync();

            Assert.Equal(DeliveryOutcome.SettingsAtFault, missing.Outcome);
            Assert.Contains("Check Email:Smtp:AccessTokenFile.", missing.Detail, StringComparison.Ordinal);
            Assert.Equal(
                new(
                    DeliveryOutcome.SettingsAtFault,
                    "The mail server refused the sign-in (535 5.7.8). Check Email:Smtp:User and Email:Smtp:AccessTokenFile."),
                expired);
            Assert.Equal(Delivery.Sent, renewed);
            Assert.Equal(Sending.User, Assert.Single(server.Received).User);
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
        await using var server = Sending.Server();
        server.Mechanisms = [mechanism];
        server.Account = new(Sending.User, "ya29.token");
        await using var sending = new Sending(server, ("Email:Smtp:Password", ""), ("Email:Smtp:AccessToken", "ya29.token"));

        Assert.Equal(Delivery.Sent, await sending.SendAsync());
    }

    [Fact]
    public async Task Server_ChallengesWithoutEnd_IsNotAnsweredForEver()
    {
        await using var server = Sending.Server();
        server.Script = at => at == SmtpStage.SignIn ? new SmtpMove("334 ") : null;
        await using var sending = new Sending(server);

        var delivery = await sending.SendAsync();

        Assert.Equal(DeliveryOutcome.TryLater, delivery.Outcome);
        Assert.StartsWith("The mail server said something that is not SMTP, at the sign-in.", delivery.Detail, StringComparison.Ordinal);
    }
}
