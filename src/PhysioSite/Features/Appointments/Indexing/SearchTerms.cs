using PhysioSite.Text;

namespace PhysioSite.Features.Appointments.Indexing;

/// <summary>
/// The terms by which a request is found: the words of the name and their beginnings, the last digits of the phone number, and the email
/// address. They are never stored, only their keyed hashes. A change of these rules needs a migration that empties the index:
/// <see cref="IndexBuilder"/> fills it again.
/// </summary>
internal static class SearchTerms
{
    /// <summary>The shortest beginning of a name. Shorter words are found as a whole.</summary>
    public const int ShortestPrefix = 3;

    /// <summary>From here on, Unicode has Hangul, Kana and Chinese characters, of which one may be a whole family name.</summary>
    private const char FirstEastAsian = '\u1100';

    /// <summary>The fewest digits of the end of a phone number.</summary>
    public const int FewestDigits = 4;

    public static IReadOnlySet<string> Of(PatientDetails details)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in SearchText.Variants(details.Name))
        {
            terms.UnionWith(Prefixes(word).Select(Name));
        }

        terms.UnionWith(OfEmail(details.Email));
        terms.UnionWith(OfPhone(details.Phone));
        return terms;
    }

    public static string Name(string word) => $"name:{word}";

    /// <param name="address">An address, or the part before the @ sign and the sign.</param>
    public static string Email(string address) => $"email:{SearchText.Fold(address)}";

    /// <param name="digits">The last digits of a number.</param>
    public static string Phone(string digits) => $"phone:{digits}";

    /// <param name="digits">The last digits of a number.</param>
    public static string Extension(string digits, string extension) => $"extension:{digits[^FewestDigits..]}:{extension}";

    /// <summary>Whether one character may be a whole family name.</summary>
    public static bool MayBeName(char character) => character >= FirstEastAsian && char.IsLetter(character);

    private static IEnumerable<string> Prefixes(string word)
    {
        var shortest = word[0] >= FirstEastAsian ? 1 : ShortestPrefix;
        return Enumerable.Range(shortest, Math.Max(0, word.Length - shortest)).Select(length => word[..length]).Append(word);
    }

    private static IEnumerable<string> OfEmail(string? address)
    {
        if (address?.LastIndexOf('@') is not (> 0 and var at))
        {
            return [];
        }

        return [Email(address), Email(address[..(at + 1)]), .. SearchText.Variants(address[..at]).Select(Name)];
    }

    private static IEnumerable<string> OfPhone(string? stored)
    {
        if (PhoneNumber.TryParse(stored, out var number))
        {
            var digits = PhoneNumber.Digits(number.E164);
            return number.Extension is { } extension ? Ends(digits).Append(Extension(digits, extension)) : Ends(digits);
        }

        // A text that an earlier version accepted. Nobody knows which of its digits are a number, so its beginnings are found too.
        var text = PhoneNumber.Digits(stored);
        return Ends(text).Concat(Lengths(text).Select(length => Phone(text[..length])));
    }

    private static IEnumerable<string> Ends(string digits) => Lengths(digits).Select(length => Phone(digits[^length..]));

    private static IEnumerable<int> Lengths(string digits) =>
        Enumerable.Range(FewestDigits, Math.Max(0, digits.Length - FewestDigits + 1));
}
