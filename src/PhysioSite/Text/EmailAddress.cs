using System.Globalization;
using System.Text;
using MimeKit;

namespace PhysioSite.Text;

/// <summary>The validation rule for email addresses, shared by content, settings, commands and the email sender.</summary>
public static class EmailAddress
{
    /// <summary>The limit from RFC 5321, section 4.5.3.1, without the two angle brackets that the limit of a path includes.</summary>
    private const int LongestAddress = 254;

    private const int LongestLocalPart = 64;

    /// <summary>Characters of quotes, comments, lists, routes and display names, which are not part of a plain address.</summary>
    private const string Specials = "\"(),:;<>\\";

    private static readonly IdnMapping Idn = new();

    /// <summary>Some providers issued addresses with two consecutive dots or a dot before the @, which no standard allows.</summary>
    private static readonly ParserOptions Loose = new() { AddressParserComplianceMode = RfcComplianceMode.Looser };

    /// <summary>
    /// Whether the text is a single plain address. Non-ASCII letters are allowed on both sides of the @. <see cref="NeedsSmtpUtf8"/>
    /// identifies addresses that some mail servers do not accept.
    /// </summary>
    public static bool IsValid(string text) => TryParse(text) is not null;

    /// <returns>Null if the text is not a single plain address.</returns>
    public static MailboxAddress? TryParse(string text)
    {
        if (text.Any(c => char.IsWhiteSpace(c) || Specials.Contains(c, StringComparison.Ordinal))
            || text.EnumerateRunes().Any(IsInvisible)
            || !text.IsNormalized())
        {
            return null;
        }

        var at = text.LastIndexOf('@');
        return at > 0
            && Encoding.UTF8.GetByteCount(text.AsSpan(0, at)) <= LongestLocalPart
            && TryToAscii(text[(at + 1)..]) is { } domain
            && Encoding.UTF8.GetByteCount(text.AsSpan(0, at + 1)) + domain.Length <= LongestAddress
            && MailboxAddress.TryParse(Loose, text, out var mailbox)
            && mailbox.LocalPart == text[..at]
            && TryToAscii(mailbox.Domain) == domain
                ? mailbox
                : null;
    }

    /// <summary>
    /// Whether the address has non-ASCII letters before the @, which requires a server with SMTPUTF8 (RFC 6531). A non-ASCII domain
    /// does not require such a server because it has an ASCII form (RFC 5891).
    /// </summary>
    public static bool NeedsSmtpUtf8(string address) => !Ascii.IsValid(address.AsSpan(0, Math.Max(0, address.LastIndexOf('@'))));

    /// <summary>Returns the address with its domain in ASCII form.</summary>
    public static string WithAsciiDomain(string address) =>
        address.LastIndexOf('@') is var at && TryToAscii(address[(at + 1)..]) is { } domain ? $"{address[..at]}@{domain}" : address;

    private static string? TryToAscii(string domain)
    {
        try
        {
            return Idn.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsInvisible(Rune rune) =>
        rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
