using System.Text.RegularExpressions;
using PhysioSite.Text;

namespace PhysioSite.Features.Appointments.Indexing;

/// <summary>What staff typed to find a request, as terms.</summary>
/// <param name="Conditions">A request must have at least one term of each condition. Without conditions, no request fits.</param>
public sealed partial record SearchedTerms(IReadOnlyList<IReadOnlyList<string>> Conditions)
{
    /// <summary>
    /// The fewest digits from which leading zeros are ignored. They may be a trunk prefix of another country or an international prefix,
    /// which are not stored.
    /// </summary>
    private const int FewestDigitsAbroad = 7;

    /// <param name="typed">A phone number; or words of a name, email addresses and phone numbers.</param>
    public static SearchedTerms Parse(string typed)
    {
        if (PhoneNumber.TryParse(typed, out _) || !typed.Any(char.IsLetter))
        {
            return new SearchedTerms([.. OfNumber(typed), .. HasNumber(typed) ? [] : OfName(typed)]);
        }

        var addresses = Address().Matches(typed).Select(match => match.Value).ToList();
        var rest = Address().Replace(typed, " ");
        var numbers = Number().Matches(rest).Select(match => match.Value).Where(HasNumber).ToList();
        rest = Number().Replace(rest, match => HasNumber(match.Value) ? " " : match.Value);

        // The rarest first: the database begins with it.
        return new SearchedTerms(
        [
            .. numbers.SelectMany(OfNumber),
            .. addresses.Select(address => (IReadOnlyList<string>)[SearchTerms.Email(address)]),
            .. OfName(rest),
        ]);
    }

    /// <summary>Whether a request fits that is not in the index yet.</summary>
    public bool Fit(PatientDetails? details) =>
        details is not null && Conditions.Count > 0 && SearchTerms.Of(details) is var terms
        && Conditions.All(condition => condition.Any(terms.Contains));

    /// <summary>An initial is ignored beside longer words: only the beginnings of names from three letters on are terms.</summary>
    private static IEnumerable<IReadOnlyList<string>> OfName(string text)
    {
        var words = SearchText.Alternatives(text);
        return words
            .Where(word => word[0].Length > 1 || words.All(other => other[0].Length == 1))
            .OrderByDescending(word => word[0].Length)
            .Select(word => (IReadOnlyList<string>)[.. word.Select(SearchTerms.Name)]);
    }

    /// <summary>The number without its extension in each notation that may be stored, and the extension.</summary>
    private static IEnumerable<IReadOnlyList<string>> OfNumber(string text)
    {
        var isNumber = PhoneNumber.TryParse(text, out var number);
        var suffix = isNumber ? null : Suffix().Match(text);
        var extension = suffix is { Success: true } ? PhoneNumber.Digits(suffix.Groups[1].Value) : number?.Extension;
        var digits = PhoneNumber.Digits(extension is null ? text : Suffix().Replace(text, ""));
        var withoutZeros = digits.TrimStart('0');
        string[] notations =
        [
            .. new[]
            {
                digits,
                withoutZeros.Length >= FewestDigitsAbroad ? withoutZeros : digits,
                PhoneNumber.Digits(number?.E164),
            }.Where(notation => notation.Length >= SearchTerms.FewestDigits).Distinct(),
        ];
        if (notations.Length == 0)
        {
            yield break;
        }

        yield return [.. notations.Select(SearchTerms.Phone)];
        if (extension is not null)
        {
            yield return [.. notations.Select(notation => SearchTerms.Extension(notation, extension)).Distinct()];
        }
    }

    private static bool HasNumber(string text) => PhoneNumber.Digits(text).Length >= SearchTerms.FewestDigits;

    [GeneratedRegex(@"[^\s,;<>()]+@[^\s,;<>()]*")]
    private static partial Regex Address();

    /// <summary>Digits and what separates them, not next to a letter, with an extension.</summary>
    [GeneratedRegex(
        @"(?<![\p{L}\p{N}])[+(]*\p{Nd}[\p{Nd}\s().\-/\u2010-\u2015]*(?:(?:x|ext\.?|extension|#)\s*\p{Nd}{1,6})?(?!\p{L})",
        RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"(?:;?\s*ext=|x|ext\.?|extension|#)\s*(\p{Nd}{1,6})\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Suffix();
}
