using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.IO;
using MimeKit.IO.Filters;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;
using PhysioSite.Text;

namespace PhysioSite.Email;

/// <summary>
/// Creates the MIME message of an outbox email. Its bytes depend only on the email and the settings, so they are identical for every
/// attempt, for every server and in the pickup folder.
/// </summary>
internal sealed class EmailMessageComposer(IOptions<EmailOptions> options, DkimSigning dkim)
{
    /// <summary>In characters, without the line break. RFC 5322 recommends at most 78; RFC 2045 and 2047 require at most 76.</summary>
    private const int LongestLine = 76;

    /// <summary>MimeKit ends a line up to four bytes after its limit.</summary>
    private const int MimeKitLimit = 72;

    /// <summary>The format in which both transports write each message.</summary>
    public static FormatOptions Format { get; } = new()
    {
        NewLineFormat = NewLineFormat.Dos,
        EnsureNewLine = true,
        MaxLineLength = MimeKitLimit,

        // MimeKit calculates the length of an encoded word with the smallest character set. If it may not use that character set, encoded
        // words become too long.
        AllowMixedHeaderCharsets = true,
    };

    private readonly MailboxAddress _from = Sender(options.Value.From);

    /// <summary>The ASCII form of the sender's domain. The site uses it as its name in EHLO.</summary>
    public string Domain => EmailAddress.WithAsciiDomain(_from.Address).Split('@')[^1];

    /// <param name="fault">The reason why the email can never be sent; null when it can be sent.</param>
    public MimeMessage? TryCompose(OutboxEmail email, out Delivery? fault)
    {
        var content = email.Content.Value!;
        fault = !EmailAddress.IsValid(content.To) ? new Delivery(DeliveryOutcome.Refused, "The recipient is not one email address.")
            : content.Subject.AsSpan().ContainsAny("\r\n\0") ? new Delivery(DeliveryOutcome.Refused, "The subject has a line break in it.")
            : null;
        return fault is null ? Compose(email, content) : null;
    }

    private MimeMessage Compose(OutboxEmail email, EmailContent content)
    {
        var message = new MimeMessage
        {
            Date = new DateTimeOffset(email.CreatedUtc, TimeSpan.Zero),
            MimeVersion = new Version(1, 0),
            MessageId = email.MessageId(Domain).Trim('<', '>'),
            Body = Body(email, content),
        };
        message.From.Add(_from);
        message.To.Add(EmailAddress.TryParse(content.To)!);
        if (content.ReplyTo is { } replyTo && EmailAddress.TryParse(replyTo) is { } reply)
        {
            message.ReplyTo.Add(reply);
        }

        message.Headers.Replace(Subject(content.Subject));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        dkim.Sign(message, email.CreatedUtc);
        return message;
    }

    /// <summary>
    /// A calendar entry is an alternative of the text, which programs with a calendar show as an invitation, and a file for the others.
    /// </summary>
    private static Multipart Body(OutboxEmail email, EmailContent content)
    {
        // The boundaries are random, so that they cannot be placed in a text in advance, and identical for every attempt.
        var texts = new MultipartAlternative(Part("plain", content.Text), Part("html", content.Html)) { Boundary = $"=_{email.Id:N}" };
        if (content.Calendar is not { } calendar)
        {
            return texts;
        }

        var entry = Part("calendar", calendar.Text);
        entry.ContentType.Parameters.Add("method", calendar.Method);
        texts.Add(entry);
        var file = Part("calendar", calendar.Text);
        file.ContentType.Parameters.Add("method", calendar.Method);
        file.ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = "appointment.ics" };
        return new Multipart("mixed", texts, file) { Boundary = $"=_m{email.Id:N}" };
    }

    /// <summary>
    /// Replaces control characters, which are not allowed in a header, and changes text that looks like an encoded word (RFC 2047).
    /// </summary>
    private static Header Subject(string text)
    {
        var plain = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Replace("=?", "= ?", StringComparison.Ordinal);
        var header = new Header(HeaderId.Subject, "");
        header.SetValue(Format, Encoding.UTF8, plain);
        return header;
    }

    private static MimePart Part(string subtype, string text)
    {
        var lines = text.ReplaceLineEndings("\r\n");
        var bytes = Encoding.UTF8.GetBytes(lines);
        var plain = lines.Split("\r\n").All(CanBeSentAsIs);
        var part = new MimePart("text", subtype)
        {
            Content = plain
                ? new MimeContent(new MemoryStream(bytes), ContentEncoding.SevenBit)
                : new MimeContent(QuotedPrintable(bytes), ContentEncoding.QuotedPrintable),
            ContentTransferEncoding = plain ? ContentEncoding.SevenBit : ContentEncoding.QuotedPrintable,
        };
        part.ContentType.Charset = "utf-8";
        return part;
    }

    private static MemoryStream QuotedPrintable(byte[] bytes)
    {
        var encoded = new MemoryStream();
        using (var filtered = new FilteredStream(encoded))
        {
            filtered.Add(new EncoderFilter(new QuotedPrintableEncoder(MimeKitLimit)));

            // A mail server on the route may change a line that begins with "From", which invalidates a signature.
            filtered.Add(new ArmoredFromFilter());
            filtered.Write(bytes);
            filtered.Flush();
            return new MemoryStream(encoded.ToArray());
        }
    }

    /// <summary>
    /// Mail servers on the route may truncate long lines, remove trailing spaces and change a line that begins with "From".
    /// </summary>
    private static bool CanBeSentAsIs(string line) =>
        line.Length <= LongestLine
        && line.All(c => c is (>= ' ' and <= '~') or '\t')
        && !line.EndsWith(' ') && !line.EndsWith('\t')
        && !line.StartsWith("From ", StringComparison.Ordinal);

    private static MailboxAddress Sender(string from)
    {
        var address = new MailAddress(from);
        return new MailboxAddress(address.DisplayName, address.Address);
    }
}
