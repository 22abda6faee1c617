using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PhoneNumbers;

namespace PhysioSite.Text;

/// <summary>Why a text is not a phone number.</summary>
public enum PhoneNumberProblem
{
    None,

    /// <summary>There is no number, or it has fewer digits than a US number with its area code.</summary>
    NoNumber,

    /// <summary>Not a US number: it has too many digits or begins with 0. Perhaps one of another country, without its plus sign.</summary>
    OtherCountry,

    /// <summary>The country code does not exist, or no number of that country has this many digits.</summary>
    CountryCode,

    /// <summary>Letters among the digits, such as 608-555-HURT or an O for a 0.</summary>
    Letters,

    /// <summary>The extension has no digits or more than <see cref="PhoneNumber.LongestExtension"/>.</summary>
    Extension,

    /// <summary>A second number, a time or another text that is not part of a phone number.</summary>
    MoreThanOne,
}

/// <summary>
/// A phone number that is possible: its country has numbers of this length. A number without a country code is one of the United States,
/// Canada and the other countries with the country code 1. docs/decisions/0012-text-rules.md has the rules and their reasons.
/// </summary>
public sealed partial record PhoneNumber
{
    public const int LongestExtension = 6;

    /// <summary>Characters. The longest number, its separators, an extension and some words beside it are shorter.</summary>
    private const int Longest = 100;

    /// <summary>With invisible characters and spaces, which are removed before the number is read.</summary>
    private const int LongestTyped = 1000;

    /// <summary>Of a North American number with its area code.</summary>
    private const int DigitsOfOne = 10;

    /// <summary>A number and the end of a second one, as in 608 555 0142/0143.</summary>
    private const int DigitsOfTwo = 14;

    private const string DefaultRegion = "US";

    /// <summary>The country code of the United States, Canada and much of the Caribbean.</summary>
    private const int NorthAmerica = 1;

    /// <summary>Letters, their accents, and what stands between words.</summary>
    private const string Words = @"[\p{L}\p{M} .,:;'’()&/\-\u2010-\u2015]";

    private const string BetweenWords = @"[ .,:;'’()&/\-\u2010-\u2015]";

    /// <summary>In English and Spanish.</summary>
    private const string ExtensionLabel = @"(?<![\p{L}\p{M}])(?:ext(?:ensi[oó]n|n)?|x|#|anexo|int(?:erno)?)";

    private PhoneNumber(string e164, string text, string? extension)
    {
        E164 = e164;
        Extension = extension;
        Text = text + (extension is null ? "" : $" ext. {extension}");
    }

    /// <summary>The plus sign, the country code and the number, digits only: <c>+16085550142</c>.</summary>
    public string E164 { get; }

    /// <summary>One to six digits.</summary>
    public string? Extension { get; }

    /// <summary>As people in the United States write it: <c>(608) 555-0142 ext. 12</c>, <c>+52 55 1234 5678</c>.</summary>
    public string Text { get; }

    /// <summary>As it is stored: E.164, and an extension as in RFC 3966: <c>+16085550142;ext=12</c>.</summary>
    public string Stored => Extension is null ? E164 : $"{E164};ext={Extension}";

    /// <summary>For a link (RFC 3966): <c>tel:+16085550142;ext=12</c>.</summary>
    public string Link => "tel:" + Stored;

    /// <summary>
    /// Whether a number like this is in use, as far as the metadata of libphonenumber knows. The metadata is never complete, so this is a
    /// hint and no reason to refuse a number.
    /// </summary>
    public bool IsKnown => Library.Util.IsValidNumber(Library.Util.Parse(E164, null));

    public override string ToString() => Text;

    public static bool TryParse(string? text, [NotNullWhen(true)] out PhoneNumber? phone) => TryParse(text, out phone, out _);

    public static bool TryParse(string? text, [NotNullWhen(true)] out PhoneNumber? phone, out PhoneNumberProblem problem)
    {
        phone = Parse(text, out problem);
        return phone is not null;
    }

    /// <summary>The number that a text is with a plus sign before it, when it is no US number: 52 55 1234 5678.</summary>
    public static bool TryParseWithPlus(string? text, [NotNullWhen(true)] out PhoneNumber? phone)
    {
        phone = null;
        return !TryParse(text, out _, out var problem)
            && problem == PhoneNumberProblem.OtherCountry
            && TryParse("+" + Digits(text), out phone);
    }

    /// <summary>As it is stored. What is no possible number is stored as it was typed: older versions of this site stored it so.</summary>
    public static string? ToStored(string? text) =>
        text is null || Canonical().IsMatch(text) ? text : TryParse(text, out var phone) ? phone.Stored : OneLine(text);

    /// <summary>As people write it. What is no possible number is shown as it was typed.</summary>
    public static string? Show(string? text) => TryParse(text, out var phone) ? phone.Text : text;

    /// <summary>The digits of a text, in whatever script they are, as 0 to 9.</summary>
    public static string Digits(string? text) => string.Concat(Regular(text ?? "").Where(char.IsAsciiDigit));

    private static PhoneNumber? Parse(string? text, out PhoneNumberProblem problem)
    {
        if (Common().Match(text ?? "") is { Success: true } common)
        {
            var (area, exchange, line) = (common.Groups["area"].Value, common.Groups["exchange"].Value, common.Groups["line"].Value);
            problem = PhoneNumberProblem.None;
            return new PhoneNumber($"+{NorthAmerica}{area}{exchange}{line}", $"({area}) {exchange}-{line}", null);
        }

        text = text is { Length: > LongestTyped } ? "" : Regular(OneLine(text) ?? "");
        if (text.Length > Longest || !UserText.IsReadable(text) || Number().Match(text) is not { Success: true } match)
        {
            problem = PhoneNumberProblem.NoNumber;
            return null;
        }

        var (before, after) = (match.Groups["before"].Value, match.Groups["after"].Value);
        var rest = Rest().Match(after);
        var extension = rest.Groups["extension"] is { Success: true } group ? group.Value : null;
        var number = ParseDigits(match.Groups["number"].Value, out problem);
        if (number is null)
        {
            if (problem == PhoneNumberProblem.NoNumber && extension is null && LettersAmongDigits().IsMatch(text))
            {
                problem = PhoneNumberProblem.Letters;
            }

            return null;
        }

        problem = UnreadableExtension().IsMatch(after) ? PhoneNumberProblem.Extension
            : Remark().IsMatch(before) && rest.Success ? PhoneNumberProblem.None
            : PhoneNumberProblem.MoreThanOne;
        var format = number.CountryCode == NorthAmerica ? PhoneNumberFormat.NATIONAL : PhoneNumberFormat.INTERNATIONAL;
        return problem == PhoneNumberProblem.None
            ? new PhoneNumber(Library.Util.Format(number, PhoneNumberFormat.E164), Library.Util.Format(number, format), extension)
            : null;
    }

    /// <param name="text">Digits and separators, with or without a plus sign before them.</param>
    private static PhoneNumbers.PhoneNumber? ParseDigits(string text, out PhoneNumberProblem problem)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        var prefix = InternationalPrefix().Match(digits);
        var international = prefix.Success || text.StartsWith('+');
        digits = digits[prefix.Length..];
        var number = TryParseDigits(international ? "+" + FormerMexicanMobile().Replace(digits, "52") : digits);
        problem = international && number?.CountryCode != NorthAmerica ? ProblemAbroad(number) : ProblemInNorthAmerica(number, digits);
        if (international && problem == PhoneNumberProblem.OtherCountry)
        {
            problem = PhoneNumberProblem.CountryCode;
        }

        return problem == PhoneNumberProblem.None ? number : null;
    }

    /// <summary>
    /// The library removes one trunk prefix: +44 (0)20 is +44 20. What still begins with one after that is no number, and would be another
    /// number when it is read again.
    /// </summary>
    private static PhoneNumberProblem ProblemAbroad(PhoneNumbers.PhoneNumber? number) =>
        number is not null
        && Length(number) == PhoneNumberUtil.ValidationResult.IS_POSSIBLE
        && number.Equals(TryParseDigits(Library.Util.Format(number, PhoneNumberFormat.E164)))
            ? PhoneNumberProblem.None : PhoneNumberProblem.CountryCode;

    /// <summary>
    /// The library takes the ten digits of 1 608 555 014 and of 06 12 34 56 78 for possible. In North America a 1 before the area code is
    /// dialed but is no part of the number, so the first lacks a digit. The second is a number as other countries write it at home.
    /// </summary>
    private static PhoneNumberProblem ProblemInNorthAmerica(PhoneNumbers.PhoneNumber? number, string digits)
    {
        if (number is null || Length(number) == PhoneNumberUtil.ValidationResult.TOO_LONG)
        {
            return digits.Length >= DigitsOfTwo ? PhoneNumberProblem.MoreThanOne
                : digits.Length > DigitsOfOne ? PhoneNumberProblem.OtherCountry
                : PhoneNumberProblem.NoNumber;
        }

        return (Length(number), Library.Util.GetNationalSignificantNumber(number)[0]) switch
        {
            (PhoneNumberUtil.ValidationResult.IS_POSSIBLE, '0') => PhoneNumberProblem.OtherCountry,
            (PhoneNumberUtil.ValidationResult.IS_POSSIBLE, not '1') => PhoneNumberProblem.None,
            _ => PhoneNumberProblem.NoNumber,
        };
    }

    private static PhoneNumberUtil.ValidationResult Length(PhoneNumbers.PhoneNumber number) =>
        Library.Util.IsPossibleNumberWithReason(number);

    private static PhoneNumbers.PhoneNumber? TryParseDigits(string digits)
    {
        try
        {
            return Library.Util.Parse(digits, DefaultRegion);
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    /// <summary>On one line, without marks that would have its digits read in another order.</summary>
    private static string? OneLine(string? text) => UserText.OneLine(text) is { } line
        ? UserText.OneLine(string.Concat(line.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format)))
        : null;

    /// <summary>Digits of any script as 0 to 9, and spaces of any width as one.</summary>
    private static string Regular(string text)
    {
        var regular = new StringBuilder(text.Length);
        foreach (var c in UserText.IsReadable(text) ? text.Normalize(NormalizationForm.FormKC) : text)
        {
            regular.Append(char.IsDigit(c) ? (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)) : char.IsWhiteSpace(c) ? ' ' : c);
        }

        return regular.ToString();
    }

    /// <summary>The usual form. It is read without the library, which takes more than 100 ms of processor time to load.</summary>
    [GeneratedRegex(@"^(?:\+1 ?)?\(?(?<area>[2-9][0-9]{2})\)?[ .\-]?(?<exchange>[0-9]{3})[ .\-]?(?<line>[0-9]{4})\z")]
    private static partial Regex Common();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}(;ext=[0-9]{1,6})?\z")]
    private static partial Regex Canonical();

    /// <summary>From the first digit on, as far as there are digits and what people write between them.</summary>
    [GeneratedRegex(@"^(?<before>[^0-9+]*)(?<number>\+?[0-9 ().\-/\u2010-\u2015\u2022\u2212\u00B7]*[0-9])(?<after>.*)$")]
    private static partial Regex Number();

    /// <summary>As dialed before a country code: 00 in most countries, 011 in North America.</summary>
    [GeneratedRegex("^(?:00|011)")]
    private static partial Regex InternationalPrefix();

    /// <summary>Until 2019 a 1 stood after the country code of Mexico's mobile numbers. Many people still write it.</summary>
    [GeneratedRegex("^521(?=[0-9]{10}$)")]
    private static partial Regex FormerMexicanMobile();

    /// <summary>Nothing, or words that say whose or which phone it is. No letter touches the digits.</summary>
    [GeneratedRegex($"^(?:{Words}*{BetweenWords})?$")]
    private static partial Regex Remark();

    /// <summary>Such words after the number, and an extension. A comma or semicolon is a pause in a number that a phone dials.</summary>
    [GeneratedRegex(
        $"^(?:{BetweenWords}{Words}*?)?(?:(?:{ExtensionLabel}[ .:=#]*|(?<=[,;]))(?<extension>[0-9]{{1,6}})#?)?(?:{BetweenWords}{Words}*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Rest();

    /// <summary>A # after digits ends an extension as phones dial it; anywhere else it begins one.</summary>
    [GeneratedRegex($"(?<![0-9]){ExtensionLabel}[ .:=#)]*(?:[0-9]{{7,}}|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UnreadableExtension();

    [GeneratedRegex(@"[0-9]-?\p{L}|\p{L}-?[0-9]")]
    private static partial Regex LettersAmongDigits();

    /// <summary>Apart, so that it is loaded when a number first needs it.</summary>
    private static class Library
    {
        public static readonly PhoneNumberUtil Util = PhoneNumberUtil.GetInstance();
    }
}
