using System.Text;
using MimeKit;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>Signed emails, verified by a program that is not part of the site.</summary>
public sealed class DkimTests : IDisposable
{
    private readonly DkimKeys _keys = new();

    public void Dispose() => _keys.Dispose();

    [DkimTheory]
    [InlineData("rsa", "ada@patients.example")]
    [InlineData("rsa-1024", "ada@patients.example")]
    [InlineData("rsa-pkcs1", "ada@patients.example")]
    [InlineData("ed25519", "ada@patients.example")]
    [InlineData("rsa", "józef@klinika.example")]
    public async Task Email_Signed_IsVerifiedByAnotherProgramUnlessItWasChanged(string key, string to)
    {
        const string Subject = "Request ABC for Café Zürich 東京: answer by Tuesday, November 17, 5 pm (Central Time)";
        await using var server = new SmtpServer { Utf8 = true };
        await using var sending = new Sending(server, Signed(key));
        var mail = Sending.Mail(to, Subject, "Łukasz, = 100 %", "From here on", ".", "Ends with a space ");
        Assert.Equal(Delivery.Sent, await sending.SendAsync(mail));
        var raw = Assert.Single(server.Received).Raw;
        var dkim = sending.Dkim;

        var (isValid, subject, text) = await DkimVerifier.VerifyAsync(raw, dkim.RecordName, dkim.RecordText);

        Assert.True(isValid);
        Assert.Equal(Subject, subject);
        Assert.StartsWith(
            "Łukasz, = 100 %\n\nFrom here on\n\n.\n\nEnds with a space \n\n",
            text.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        foreach (var (old, with) in new[] { ("here", "there"), ("auto-generated", "no"), ("multipart/alternative", "multipart/mixed") })
        {
            Assert.False((await DkimVerifier.VerifyAsync(Changed(raw, old, with), dkim.RecordName, dkim.RecordText)).IsValid);
        }
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("ed25519")]
    public async Task Email_SignedTwice_IsTheSameToTheByteAndSignedWhenItWasWritten(string key)
    {
        await using var server = new SmtpServer();
        await using var sending = new Sending(server, Signed(key));
        var mail = Sending.Mail();

        await sending.SendAsync(mail);
        await sending.SendAsync(mail);

        Assert.Equal(2, server.Received.Count);
        Assert.Equal(server.Received.First().Raw, server.Received.Last().Raw);
        var signature = string.Concat(server.Received.First().Mail.Headers[HeaderId.DkimSignature]!.Where(c => !char.IsWhiteSpace(c)));
        Assert.Contains($";t={TestClock.Tuesday.ToUnixTimeSeconds()};", signature, StringComparison.Ordinal);
        Assert.Contains(";c=relaxed/relaxed;", signature, StringComparison.Ordinal);
        Assert.Contains(
            ";h=from:to:subject:date:message-id:mime-version:content-type:auto-submitted;",
            signature,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Email_WithoutDkimSettings_HasNoSignature()
    {
        await using var server = new SmtpServer();
        await using var sending = new Sending(server);

        await sending.SendAsync();

        Assert.False(Assert.Single(server.Received).Mail.Headers.Contains(HeaderId.DkimSignature));
        Assert.StartsWith("no email is signed", sending.Dkim.Description, StringComparison.Ordinal);
    }

    private (string Key, string Value)[] Signed(string key) =>
    [
        ("Email:Dkim:Domain", "cedarandstride.example"),
        ("Email:Dkim:Selector", "site2026"),
        ("Email:Dkim:PrivateKeyFile", _keys.Write(key)),
    ];

    private static byte[] Changed(byte[] raw, string old, string with)
    {
        var text = Encoding.Latin1.GetString(raw);
        Assert.Contains(old, text, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text.Replace(old, with, StringComparison.Ordinal));
    }
}
