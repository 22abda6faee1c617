using System.Globalization;
using System.Text;
using MimeKit;

namespace PhysioSite.Text;

/// <summary>The one rule for an address that an email can be sent to. Content, settings, commands and the sender share it.</summary>
public static class EmailAddress
{
    /// <summary>RFC 5321, 4.5.3.1, with the two angle brackets of a path.</summary>
    private const int LongestAddress = 254;

    private const int LongestLocalPart = 64;

    /// <summary>Quotes, comments, lists, routes and display names are not part of a plain address.</summary>
    private const string Specials = "\"(),:;<>\\";

    private static readonly IdnMapping Idn = new();

    /// <summary>Some providers gave out addresses with two dots in a row, or with one before the @, which no standard allows.</summary>
    private static readonly ParserOptions Loose = new() { AddressParserComplianceMode = RfcComplianceMode.Looser };

    /// <summary>
    /// Whether the text is one plain address. Letters outside ASCII are allowed on both sides of the @; <see cref="NeedsSmtpUtf8"/> says
    /// which addresses not every mail server takes.
    /// </summary>
    public static bool IsValid(string text) => TryParse(text) is not null;

    /// <returns>Null: the text is not one plain address.</returns>
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
    /// Whether the address has letters outside ASCII before the @, which only a server with SMTPUTF8 (RFC 6531) takes. A domain outside
    /// ASCII needs no such server: it has a form in ASCII (RFC 5891).
    /// </summary>
    public static bool NeedsSmtpUtf8(string address) => !Ascii.IsValid(address.AsSpan(0, Math.Max(0, address.LastIndexOf('@'))));

    /// <summary>The address with its domain in ASCII.</summary>
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
