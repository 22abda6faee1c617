using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace PhysioSite.Email;

/// <summary>Turns an outbox mail into MIME. System.Net.Mail encodes names and subjects and refuses line breaks in headers.</summary>
internal static class MimeMail
{
    /// <summary>RFC 5322, 2.1.1, without the line break.</summary>
    private const int LongestLine = 998;

    public static MailMessage Create(OutboxMail mail, MailAddress from)
    {
        var message = new MailMessage
        {
            From = from,
            Subject = mail.Content.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            AlternateViews = { Part(mail.Content.Text, MediaTypeNames.Text.Plain), Part(mail.Content.Html, MediaTypeNames.Text.Html) },
            Headers =
            {
                { "Message-ID", mail.MessageId(from.Host) },
                { "Auto-Submitted", "auto-generated" },
            },
        };
        message.To.Add(new MailAddress(mail.Content.To));
        return message;
    }

    private static AlternateView Part(string text, string mediaType)
    {
        // A body whose lines end in LF alone is sent as one long line.
        var part = AlternateView.CreateAlternateViewFromString(text.ReplaceLineEndings("\r\n"), Encoding.UTF8, mediaType);
        part.TransferEncoding = text.All(char.IsAscii) && text.Split('\n').All(line => line.Length <= LongestLine)
            ? TransferEncoding.SevenBit
            : TransferEncoding.QuotedPrintable;
        return part;
    }
}
