using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PhoneNumbers;

namespace PhysioSite.Text;

/// <summary>The reason a text is not a valid phone number.</summary>
public enum PhoneNumberProblem
{
    None,

    /// <summary>There is no number, or it has fewer digits than a US number with an area code.</summary>
    NoNumber,

    /// <summary>
    /// Not a US number: it has too many digits or starts with 0. It may be a number of another country without its plus sign.
    /// </summary>
    OtherCountry,

    /// <summary>The country code does not exist, or no number of that country has this many digits.</summary>
    CountryCode,

    /// <summary>There are letters among the digits, for example 608-555-HURT or an O in place of a 0.</summary>
    Letters,

    /// <summary>The extension has no digits or more than <see cref="PhoneNumber.LongestExtension"/>.</summary>
    Extension,

    /// <summary>There is a second number, a time or other text that is not part of a phone number.</summary>
    MoreThanOne,
}

/// <summary>
/// A possible phone number: its length is valid for its country. A number without a country code is treated as a number of the United
/// States, Canada or another country with the country code 1. See docs/decisions/0012-text-rules.md for the rules and their reasons.
/// </summary>
public sealed partial record PhoneNumber
{
    public const int LongestExtension = 6;

    /// <summary>Maximum length in characters. Enough for the longest number with separators, an extension and a few words.</summary>
    private const int Longest = 100;

    /// <summary>
    /// Maximum input length in characters, including invisible characters and spaces that are removed before parsing.
    /// </summary>
    private const int LongestTyped = 1000;

    /// <summary>The number of digits of a North American number with its area code.</summary>
    private const int DigitsOfOne = 10;

    /// <summary>The number of digits of one number and the end of a second one, as in 608 555 0142/0143.</summary>
    private const int DigitsOfTwo = 14;

    private const string DefaultRegion = "US";

    /// <summary>The country code of the United States, Canada and much of the Caribbean.</summary>
    private const int NorthAmerica = 1;

    /// <summary>Letters, combining marks, and the punctuation and spaces between words.</summary>
    private const string Words = @"[\p{L}\p{M} .,:;'’()&/\-\u2010-\u2015]";

    private const string BetweenWords = @"[ .,:;'’()&/\-\u2010-\u2015]";

    /// <summary>Extension labels in English and Spanish.</summary>
    private const string ExtensionLabel = @"(?<![\p{L}\p{M}])(?:ext(?:ensi[oó]n|n)?|x|#|anexo|int(?:erno)?)";

    private PhoneNumber(string e164, string text, string? extension)
    {
        E164 = e164;
        Extension = extension;
        Text = text + (extension is null ? "" : $" ext. {extension}");
    }

    /// <summary>The plus sign, country code and number without separators: <c>+16085550142</c>.</summary>
    public string E164 { get; }

    /// <summary>One to six digits.</summary>
    public string? Extension { get; }

    /// <summary>The display format used in the United States: <c>(608) 555-0142 ext. 12</c>, <c>+52 55 1234 5678</c>.</summary>
    public string Text { get; }

    /// <summary>The storage format: E.164 with an optional extension as in RFC 3966: <c>+16085550142;ext=12</c>.</summary>
    public string Stored => Extension is null ? E164 : $"{E164};ext={Extension}";

    /// <summary>The link URI (RFC 3966): <c>tel:+16085550142;ext=12</c>.</summary>
    public string Link => "tel:" + Stored;

    /// <summary>
    /// Whether the number is in an assigned range according to the libphonenumber metadata. The metadata is never complete, so use
    /// this as a hint and do not reject a number because of it.
    /// </summary>
    public bool IsKnown => Library.Util.IsValidNumber(Library.Util.Parse(E164, null));

    public override string ToString() => Text;

    public static bool TryParse(string? text, [NotNullWhen(true)] out PhoneNumber? phone) => TryParse(text, out phone, out _);

    public static bool TryParse(string? text, [NotNullWhen(true)] out PhoneNumber? phone, out PhoneNumberProblem problem)
    {
        phone = Parse(text, out problem);
        return phone is not null;
    }

    /// <summary>Parses a text that is not a US number as if it had a leading plus sign, for example 52 55 1234 5678.</summary>
    public static bool TryParseWithPlus(string? text, [NotNullWhen(true)] out PhoneNumber? phone)
    {
        phone = null;
        return !TryParse(text, out _, out var problem)
            && problem == PhoneNumberProblem.OtherCountry
            && TryParse("+" + Digits(text), out phone);
    }

    /// <summary>
    /// Returns the storage format. Text that is not a possible number is returned as typed; older versions of the site stored such
    /// text.
    /// </summary>
    public static string? ToStored(string? text) =>
        text is null || Canonical().IsMatch(text) ? text : TryParse(text, out var phone) ? phone.Stored : OneLine(text);

    /// <summary>Returns the display format. Text that is not a possible number is returned as typed.</summary>
    public static string? Show(string? text) => TryParse(text, out var phone) ? phone.Text : text;

    /// <summary>Returns the digits of a text in any script, converted to 0-9.</summary>
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

    /// <param name="text">Digits and separators, with an optional leading plus sign.</param>
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
    /// The library removes one trunk prefix: +44 (0)20 becomes +44 20. If the result still starts with a trunk prefix, the number is
    /// invalid, because parsing it again would produce a different number.
    /// </summary>
    private static PhoneNumberProblem ProblemAbroad(PhoneNumbers.PhoneNumber? number) =>
        number is not null
        && Length(number) == PhoneNumberUtil.ValidationResult.IS_POSSIBLE
        && number.Equals(TryParseDigits(Library.Util.Format(number, PhoneNumberFormat.E164)))
            ? PhoneNumberProblem.None : PhoneNumberProblem.CountryCode;

    /// <summary>
    /// The library treats the ten digits of 1 608 555 014 and of 06 12 34 56 78 as possible numbers. In North America a 1 before the
    /// area code is dialed but is not part of the number, so the first lacks a digit. The second is in the national format of another
    /// country.
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

    /// <summary>
    /// Converts the text to one line and removes formatting characters that would change the display order of the digits.
    /// </summary>
    private static string? OneLine(string? text) => UserText.OneLine(text) is { } line
        ? UserText.OneLine(string.Concat(line.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format)))
        : null;

    /// <summary>Converts digits of any script to 0-9 and every space character to an ASCII space.</summary>
    private static string Regular(string text)
    {
        var regular = new StringBuilder(text.Length);
        foreach (var c in UserText.IsReadable(text) ? text.Normalize(NormalizationForm.FormKC) : text)
        {
            regular.Append(char.IsDigit(c) ? (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)) : char.IsWhiteSpace(c) ? ' ' : c);
        }

        return regular.ToString();
    }

    /// <summary>
    /// The most common format. It is parsed without the library, which takes more than 100 ms of processor time to load.
    /// </summary>
    [GeneratedRegex(@"^(?:\+1 ?)?\(?(?<area>[2-9][0-9]{2})\)?[ .\-]?(?<exchange>[0-9]{3})[ .\-]?(?<line>[0-9]{4})\z")]
    private static partial Regex Common();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}(;ext=[0-9]{1,6})?\z")]
    private static partial Regex Canonical();

    /// <summary>Matches from the first digit or plus sign through the last digit, including separators between digits.</summary>
    [GeneratedRegex(@"^(?<before>[^0-9+]*)(?<number>\+?[0-9 ().\-/\u2010-\u2015\u2022\u2212\u00B7]*[0-9])(?<after>.*)$")]
    private static partial Regex Number();

    /// <summary>The prefix dialed before a country code: 00 in most countries, 011 in North America.</summary>
    [GeneratedRegex("^(?:00|011)")]
    private static partial Regex InternationalPrefix();

    /// <summary>Until 2019, Mexican mobile numbers had a 1 after the country code. Many people still write it.</summary>
    [GeneratedRegex("^521(?=[0-9]{10}$)")]
    private static partial Regex FormerMexicanMobile();

    /// <summary>
    /// Empty, or words before the number that describe the phone or its owner. A letter must not be adjacent to the digits.
    /// </summary>
    [GeneratedRegex($"^(?:{Words}*{BetweenWords})?$")]
    private static partial Regex Remark();

    /// <summary>
    /// Words after the number and an optional extension. A comma or semicolon is a dialing pause before an extension.
    /// </summary>
    [GeneratedRegex(
        $"^(?:{BetweenWords}{Words}*?)?(?:(?:{ExtensionLabel}[ .:=#]*|(?<=[,;]))(?<extension>[0-9]{{1,6}})#?)?(?:{BetweenWords}{Words}*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Rest();

    /// <summary>A # directly after digits terminates a dialed extension. Anywhere else it starts an extension.</summary>
    [GeneratedRegex($"(?<![0-9]){ExtensionLabel}[ .:=#)]*(?:[0-9]{{7,}}|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UnreadableExtension();

    [GeneratedRegex(@"[0-9]-?\p{L}|\p{L}-?[0-9]")]
    private static partial Regex LettersAmongDigits();

    /// <summary>A separate class, so that the library is loaded only when a number first requires it.</summary>
    private static class Library
    {
        public static readonly PhoneNumberUtil Util = PhoneNumberUtil.GetInstance();
    }
}
