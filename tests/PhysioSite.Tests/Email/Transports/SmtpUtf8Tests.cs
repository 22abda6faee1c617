using System.Text;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Text;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>Email addresses with non-ASCII letters.</summary>
public sealed class SmtpUtf8Tests
{
    [Fact]
    public async Task Inbox_OutsideAscii_PassesTheContentCheckAndGetsItsEmail()
    {
        using var content = new ContentCopy();
        content.Replace("clinics/madison.md", "inbox: madison@cedarandstride.example", "inbox: józef@klinika.example");
        await using var site = new SmtpSite { Settings = { ["Content:Folder"] = content.Folder } };
        site.MailServer.Utf8 = true;
        using var browser = site.Open();

        var receipt = await browser.AskAsync(("email", ""));

        var mail = Assert.Single(await site.MailServer.ReceiveAsync(receipt.Reference, 1));
        Assert.Equal(("józef@klinika.example", true, SmtpSite.User), (Assert.Single(mail.Recipients), mail.Utf8, mail.User));
        await site.SentMailsAsync(receipt.Reference);
    }

    [Fact]
    public async Task Email_ToAnAddressOutsideAscii_IsTheSameToTheByteAtEachAttempt()
    {
        await using var server = new SmtpServer { Utf8 = true, Account = new("physiosite", "sesame") };
        await using var sending = new Sending(server);
        var mail = Sending.Mail("józef@klinika.example", "Prośba");
        server.Script = at => at == SmtpStage.Message ? SmtpMove.StoreAndHangUp : null;

        Assert.Equal(DeliveryOutcome.TryLater, (await sending.SendAsync(mail)).Outcome);
        server.Script = _ => null;
        Assert.Equal(Delivery.Sent, await sending.SendAsync(mail));

        Assert.Equal(2, server.Received.Count);
        Assert.Equal(server.Received.First().Raw, server.Received.Last().Raw);
        Assert.All(server.Received, received =>
        {
            Assert.True(received.Utf8);
            Assert.Equal("józef@klinika.example", received.Mail.To.ToString());
            Assert.Contains("\r\nTo: józef@klinika.example\r\n", Encoding.UTF8.GetString(received.Raw), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Email_ToAnAddressOutsideAscii_WhereTheServerTakesNone_IsParkedWithTheReason()
    {
        await using var server = new SmtpServer();
        await using var sending = new Sending(server);

        var delivery = await sending.SendAsync(Sending.Mail("józef@klinika.example"));

        Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome);
        Assert.Contains("the mail server does not take such addresses (no SMTPUTF8)", delivery.Detail, StringComparison.Ordinal);
        Assert.InRange(delivery.Detail.Length, 1, 300);
        Assert.Empty(server.Received);
        Assert.Equal(Delivery.Sent, await sending.SendAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Email_ToADomainOutsideAscii_GoesToItsAsciiFormWithoutSmtpUtf8(bool offered)
    {
        await using var server = new SmtpServer { Utf8 = offered };
        await using var sending = new Sending(server);

        Assert.Equal(Delivery.Sent, await sending.SendAsync(Sending.Mail("ada@münchen.example")));

        var mail = Assert.Single(server.Received);
        Assert.Equal(("ada@xn--mnchen-3ya.example", false), (Assert.Single(mail.Recipients), mail.Utf8));
        Assert.Contains("\r\nTo: ada@xn--mnchen-3ya.example\r\n", Encoding.Latin1.GetString(mail.Raw), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada@patients.example", false)]
    [InlineData("ada@xn--mnchen-3ya.example", false)]
    [InlineData("root@localhost", false)]
    [InlineData("a..b.@docomo.example", false)]
    [InlineData("ada+clinic@patients.example", false)]
    [InlineData("o'neil!#$%&*/=?^_`{|}~-@patients.example", false)]
    [InlineData("ada@münchen.example", false)]
    [InlineData("józef@klinika.example", true)]
    [InlineData("用户@例子.example", true)]
    public async Task Address_ThatTheRuleAccepts_IsSentToOverAServerWithSmtpUtf8(string address, bool needsUtf8)
    {
        await using var server = new SmtpServer { Utf8 = true };
        await using var sending = new Sending(server);

        Assert.True(EmailAddress.IsValid(address));
        Assert.Equal(needsUtf8, EmailAddress.NeedsSmtpUtf8(address));
        Assert.Equal(Delivery.Sent, await sending.SendAsync(Sending.Mail(address)));
        Assert.Equal(needsUtf8, Assert.Single(server.Received).Utf8);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("@patients.example")]
    [InlineData("ada@")]
    [InlineData("ada@patients..example")]
    [InlineData("ada @patients.example")]
    [InlineData("ada@patients.example ")]
    [InlineData("\"ada\"@patients.example")]
    [InlineData("Ada <ada@patients.example>")]
    [InlineData("ada@patients.example,bob@patients.example")]
    [InlineData("ada(comment)@patients.example")]
    [InlineData("ada@bob@patients.example")]
    [InlineData("ada\u0000@patients.example")]
    [InlineData("ada\u202e@patients.example")]
    [InlineData("jo\u0301zef@klinika.example")]
    [InlineData("ada@\ud800.example")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@patients.example")]
    [InlineData("ada@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example")]
    public void Address_ThatIsNotOnePlainAddress_IsNotAccepted(string address) => Assert.False(EmailAddress.IsValid(address));
}
