using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Mail;
using System.Text;

namespace PhysioSite.Email;

/// <summary>
/// A mail as it travels: its envelope and its bytes (RFC 5322, 2045, 2047). They are the same for every attempt, ASCII only, with lines
/// that end in CR LF and have at most 76 characters, but for an address that is longer.
/// </summary>
internal sealed record MimeMail(string Sender, string Recipient, byte[] Bytes)
{
    /// <summary>Without the line break. RFC 5322 asks for 78, RFC 2045 and 2047 for 76.</summary>
    public const int LongestLine = 76;

    private const int LongestAddress = 254;

    /// <summary>One address in printable ASCII that can stand between angle brackets; other addresses need SMTPUTF8, which is not spoken here.</summary>
    public static bool CanTravel(string address) =>
        address.Length <= LongestAddress
        && address.All(c => c is > ' ' and <= '~' and not ('<' or '>'))
        && MailAddress.TryCreate(address, out var parsed)
        && parsed.Address == address;

    /// <param name="fault">Why the mail can never travel.</param>
    public static bool TryCreate(OutboxMail mail, MailAddress from, [NotNullWhen(true)] out MimeMail? mime, [NotNullWhen(false)] out Delivery? fault)
    {
        (mime, fault) = (null, null);
        if (!CanTravel(mail.Content.Value!.To))
        {
            fault = new Delivery(DeliveryOutcome.Refused, "The recipient is not one address in plain letters.");
        }
        else if (mail.Content.Value!.Subject.AsSpan().ContainsAny("\r\n\0"))
        {
            fault = new Delivery(DeliveryOutcome.Refused, "The subject has a line break in it.");
        }
        else
        {
            mime = new MimeMail(from.Address, mail.Content.Value!.To, Encoding.ASCII.GetBytes(Write(mail, from)));
        }

        return mime is not null;
    }

    private static string Write(OutboxMail mail, MailAddress from)
    {
        // Nobody can write this into a text beforehand: a mail's identity is random.
        var boundary = $"=_{mail.Id:N}";
        var text = new StringBuilder();
        text.Append("Date: ").Append(mail.CreatedUtc.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)).Append("\r\n")
            .Append(MimeHeader.Mailbox("From", from.DisplayName, from.Address))
            .Append("To: ").Append(mail.Content.Value!.To).Append("\r\n")
            .Append(MimeHeader.Text("Subject", mail.Content.Value!.Subject))
            .Append("Message-ID: ").Append(mail.MessageId(from.Host)).Append("\r\n")
            .Append("Auto-Submitted: auto-generated\r\n")
            .Append("MIME-Version: 1.0\r\n")
            .Append("Content-Type: multipart/alternative;\r\n boundary=\"").Append(boundary).Append("\"\r\n\r\n");
        WritePart(text, boundary, "text/plain", mail.Content.Value!.Text);
        WritePart(text, boundary, "text/html", mail.Content.Value!.Html);
        return text.Append("--").Append(boundary).Append("--\r\n").ToString();
    }

    private static void WritePart(StringBuilder text, string boundary, string mediaType, string body)
    {
        var lines = body.ReplaceLineEndings("\n").Split('\n');
        var plain = Array.TrueForAll(lines, CanTravelAsIs);
        text.Append("--").Append(boundary).Append("\r\nContent-Type: ").Append(mediaType).Append("; charset=utf-8\r\nContent-Transfer-Encoding: ")
            .Append(plain ? "7bit" : "quoted-printable").Append("\r\n\r\n");
        foreach (var line in lines)
        {
            if (plain)
            {
                text.Append(line);
            }
            else
            {
                QuotedPrintable.Write(text, line);
            }

            text.Append("\r\n");
        }
    }

    /// <summary>Servers on the way may cut long lines, drop spaces at an end and change a line that begins with "From".</summary>
    private static bool CanTravelAsIs(string line) =>
        line.Length <= LongestLine
        && line.All(c => c is (>= ' ' and <= '~') or '\t')
        && !line.EndsWith(' ') && !line.EndsWith('\t')
        && !line.StartsWith("From ", StringComparison.Ordinal);
}
