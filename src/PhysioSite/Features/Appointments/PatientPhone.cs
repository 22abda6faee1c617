using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PhysioSite.Features.Appointments;

/// <summary>A phone number as people write it: in the North American plan, or with a plus sign and a country code, with or without an extension.</summary>
/// <param name="International">Digits with the country code, without the plus sign.</param>
public sealed partial record PatientPhone(string International, string? Extension)
{
    /// <summary>Three times what the longest number takes, with its separators and an extension.</summary>
    private const int Longest = 60;

    private const string Separators = " ().-/\u2010\u2011\u2012\u2013\u2014\u2015\u2022\u2212\u00B7";

    public string Link => Extension is null ? $"tel:+{International}" : $"tel:+{International};ext={Extension}";

    /// <summary>What was typed as it is kept and shown: on one line, and without marks that would have its digits read in another order.</summary>
    public static string? Plain(string? text) =>
        TypedText.OneLine(text) is { } line ? TypedText.OneLine(string.Concat(line.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format))) : null;

    public static bool TryParse(string? text, [NotNullWhen(true)] out PatientPhone? phone)
    {
        phone = null;
        text = Plain(text) ?? "";
        if (text.Length > Longest || !TypedText.IsReadable(text))
        {
            return false;
        }

        text = Regular(text);
        string? extension = null;
        if (ExtensionPart().Match(text) is { Success: true } match)
        {
            extension = match.Groups["digits"].Value;
            text = text[..match.Index];
        }

        if (text.StartsWith("tel:", StringComparison.OrdinalIgnoreCase))
        {
            text = text[4..];
        }

        text = text.Trim();
        var hasCountry = text.StartsWith('+') || text.StartsWith("(+", StringComparison.Ordinal) || text.StartsWith("011", StringComparison.Ordinal);
        if (text.Replace("(+", "(", StringComparison.Ordinal).TrimStart('+').Any(c => !char.IsAsciiDigit(c) && !Separators.Contains(c)))
        {
            return false;
        }

        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (digits.StartsWith("011", StringComparison.Ordinal))
        {
            digits = digits[3..];
        }

        if (!hasCountry && digits.Length == 10)
        {
            digits = "1" + digits;
        }

        var valid = digits.StartsWith('1') ? NorthAmerican().IsMatch(digits) : hasCountry && digits.Length is >= 8 and <= 15 && digits[0] != '0';
        phone = valid ? new PatientPhone(digits, extension) : null;
        return valid;
    }

    /// <summary>Digits of any script as 0 to 9, and spaces of any width as one.</summary>
    private static string Regular(string text)
    {
        var regular = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormKC))
        {
            regular.Append(char.IsDigit(c) ? (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)) : char.IsWhiteSpace(c) ? ' ' : c);
        }

        return regular.ToString();
    }

    [GeneratedRegex(@"[\s,;]*(?:ext(?:ension|n)?[.=]?|x|#)\s*(?<digits>[0-9]{1,6})\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex ExtensionPart();

    /// <summary>Neither an area code nor what follows it begins with 0 or 1 or is a short number like 911.</summary>
    [GeneratedRegex("^1(?![2-9]11)[2-9][0-9]{2}(?![2-9]11)[2-9][0-9]{6}$")]
    private static partial Regex NorthAmerican();
}
