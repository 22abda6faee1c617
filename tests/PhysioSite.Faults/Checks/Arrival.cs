using MimeKit;

namespace PhysioSite.Faults.Checks;

/// <summary>An email that the mail server received.</summary>
internal sealed class Arrival(ReceivedMail received)
{
    public string MessageId { get; } = received.Mail.MessageId ?? "";

    /// <summary>The id of the email in the database, which is the first part of its Message-ID. Null when it is not one.</summary>
    public Guid? Id { get; } = Guid.TryParseExact(received.Mail.MessageId?.Split('@')[0], "N", out var id) ? id : null;

    /// <summary>Whether the server told the site that it has the email.</summary>
    public bool IsAcknowledged => received.IsAcknowledged;

    /// <summary>Whether it was handed over with TLS and after signing in.</summary>
    public bool IsPrivate => received is { OverTls: true, User: not null };

    public ReadOnlySpan<byte> Raw => received.Raw;

    public string From { get; } = received.Mail.From.Mailboxes.FirstOrDefault()?.Address ?? "";

    public EmailParts Parts { get; } = new(
        string.Join(", ", received.Recipients),
        received.Mail.Subject ?? "",
        received.Mail.TextBody ?? "",
        received.Mail.HtmlBody ?? "");

    /// <summary>Whether the header names the person to whom the server was told to deliver, and nobody else.</summary>
    public bool IsAddressedToItsRecipient { get; } =
        received.Mail.To.Mailboxes.Select(mailbox => mailbox.Address).SequenceEqual(received.Recipients)
        && received.Mail.Cc.Count + received.Mail.Bcc.Count == 0
        && !received.Mail.Attachments.OfType<MimeEntity>().Any();
}
