using System.Text;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>The bytes of an email as a mail server receives them, and the address it is sent to.</summary>
public sealed class SmtpMessageTests
{
    [Fact]
    public async Task Email_InTheMailFolder_HasTheBytesThatAServerGets()
    {
        await using var server = Sending.Server();
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
        await using var server = Sending.Server();
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
        await using var server = Sending.Server();
        await using var sending = new Sending(server);

        Assert.Equal(new(DeliveryOutcome.Refused, "The recipient is not one email address."), await sending.SendAsync(Sending.Mail(to)));
        Assert.Equal(0, server.Connections);
    }

    /// <summary>The bytes do not depend on the time of sending, so the two copies of an email that arrives twice are identical.</summary>
    [Fact]
    public async Task Mail_SentTwice_IsTheSameToTheByteWithItsOwnMessageId()
    {
        await using var server = Sending.Server();
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
        await using var server = Sending.Server();
        await using var sending = new Sending(server);

        Assert.Equal(Delivery.Sent, await sending.SendAsync(Sending.Mail(paragraphs: ["Before" + text])));

        var mail = Assert.Single(server.Received);
        Assert.StartsWith("Before\n.\nMAIL FROM:<spy@evil.example>\n", mail.Mail.TextBody, StringComparison.Ordinal);
        var bytes = Encoding.Latin1.GetString(mail.Raw).Replace("\r\n", "", StringComparison.Ordinal);
        Assert.DoesNotContain('\n', bytes);
        Assert.DoesNotContain('\r', bytes);
    }
}
