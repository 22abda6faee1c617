using PhysioSite.Localization;
using PhysioSite.Text;

namespace PhysioSite.Email;

/// <summary>One kind of email: the values it contains. It has no words until it is rendered in a language.</summary>
public interface IEmailTemplate
{
    /// <summary>Writes the words in the current UI culture. Called only by <see cref="EmailRenderer"/>, which sets the culture.</summary>
    public EmailText Write();
}

/// <summary>Where a reply to an email goes.</summary>
/// <param name="Address">Null when nobody reads replies. The email then says so.</param>
/// <param name="Phone">The number to call instead, as text.</param>
public sealed record ReplyPath(string? Address, string Phone);

/// <summary>A calendar entry as an iCalendar object (RFC 5545).</summary>
/// <param name="Method">The METHOD of the object, which is also a parameter of its content type (RFC 6047).</param>
public sealed record EmailCalendar(string Method, string Text);

/// <summary>An email without its recipient, ready to be stored.</summary>
public sealed record RenderedEmail(string Subject, string Text, string Html)
{
    public string? ReplyTo { get; init; }

    public EmailCalendar? Calendar { get; init; }
}

public static class EmailRenderer
{
    /// <summary>Renders an email in <paramref name="language"/>, whatever the language of the current HTTP request.</summary>
    /// <param name="reply">Null for an email to the person who sent it.</param>
    /// <param name="calendar">Writes a calendar entry in the same language.</param>
    public static RenderedEmail Render(
        IEmailTemplate template, Language language, ReplyPath? reply = null, Func<EmailCalendar>? calendar = null)
    {
        using var culture = new CultureScope(language);

        // A server without SMTPUTF8 refuses a message with such an address in any header.
        var replyTo = reply?.Address is { } address && EmailAddress.IsValid(address) && !EmailAddress.NeedsSmtpUtf8(address)
            ? address
            : null;
        var text = template.Write();
        text = reply is not null && replyTo is null ? text.WithoutReplies(reply.Phone) : text;
        return new RenderedEmail(text.Subject, text.ToPlainText(), text.ToHtml(language))
        {
            ReplyTo = replyTo,
            Calendar = calendar?.Invoke(),
        };
    }
}
