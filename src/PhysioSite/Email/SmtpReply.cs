using System.Globalization;
using System.Text.RegularExpressions;

namespace PhysioSite.Email;

/// <summary>One answer of a mail server (RFC 5321, 4.2).</summary>
internal sealed partial class SmtpReply
{
    private readonly int _code;
    private readonly IReadOnlyList<string> _lines;

    public SmtpReply(int code, IReadOnlyList<string> lines)
    {
        (_code, _lines) = (code, lines);
        var enhanced = EnhancedCode().Match(lines[^1]);
        Enhanced = enhanced.Success && enhanced.Value[0] - '0' == Class ? enhanced.Value : "";
    }

    /// <summary>The first digit: 2 done, 3 go on, 4 not now, 5 no.</summary>
    public int Class => _code / 100;

    public int Code => _code;

    /// <summary>Like 5.1.1 (RFC 3463); empty when the server gives none.</summary>
    public string Enhanced { get; }

    /// <summary>What may be logged and stored; the server's words may repeat an address.</summary>
    public string Codes => Enhanced.Length > 0 ? $"{_code} {Enhanced}" : _code.ToString(CultureInfo.InvariantCulture);

    /// <summary>Without the code.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>For an operator's own screen, which control characters are kept from.</summary>
    public string InFull => $"{_code} {string.Concat(string.Join(" / ", _lines).Select(c => char.IsControl(c) ? ' ' : c))}".TrimEnd();

    [GeneratedRegex(@"^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex EnhancedCode();
}
