using System.Text;
using Microsoft.AspNetCore.Identity;
using PhysioSite.Content;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff.Accounts.Passwords;

/// <summary>
/// Checks length instead of composition (NIST SP 800-63B): at least 12 characters of any kind, including spaces. Rejects passwords that
/// attackers try first, including simple variants of them: common passwords, repetitions, keyboard sequences, and the names of the
/// person and the site.
/// </summary>
public sealed class PasswordRules(ContentLibrary library) : IPasswordValidator<StaffMember>
{
    /// <summary>The identity error code for a rejected password.</summary>
    internal const string Refused = "PasswordRefused";

    public const int Shortest = 12;
    public const int Longest = 256;

    /// <summary>The hint shown below the label of a new-password field.</summary>
    public static readonly string Hint = $"At least {Shortest} characters. Three or four words that do not belong together are good.";

    /// <summary>Minimum number of characters that must remain after predictable parts are removed.</summary>
    private const int LeastOwn = 8;

    /// <summary>Minimum length of a name to check. Shorter names occur in too many words.</summary>
    private const int ShortestName = 4;

    private static readonly string[] Everywhere =
    [
        "physiosite", "physio", "physical", "therapy", "therapist", "clinic", "staff", "patient", "admin", "administrator",
        "password", "passwort", "contraseña", "welcome",
    ];

    private static readonly string[] Rows =
    [
        "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiop", "yxcvbnm",
        "azertyuiop", "qsdfghjklm", "!@#$%^&*()_+",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "1qazxsw23edcvfr45tgbnhy6", "qazwsxedcrfvtgbyhnujmikolp",
        "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1a2b3c4d5e6f7g8h9i", "a1b2c3d4e5f6g7h8i9",
    ];

    public Task<IdentityResult> ValidateAsync(UserManager<StaffMember> manager, StaffMember user, string? password) =>
        Task.FromResult(Problem(password ?? "", NamesOf(user)) is { } problem
            ? IdentityResult.Failed(new IdentityError { Code = Refused, Description = problem })
            : IdentityResult.Success);

    /// <returns>An instruction for the user; null when the password is accepted.</returns>
    internal static string? Problem(string password, IEnumerable<string> names)
    {
        if (password.EnumerateRunes().Count() < Shortest)
        {
            return $"Choose a password of at least {Shortest} characters";
        }

        if (password.Length > Longest)
        {
            return $"Choose a password of at most {Longest} characters";
        }

        var typed = Squeeze(password);
        var once = Unit(typed);
        if (once.Length < LeastOwn)
        {
            return "This password repeats a few characters. Choose three or four words that do not belong together";
        }

        var known = names.Where(name => name.Length >= ShortestName).OrderByDescending(name => name.Length).ToList();
        var own = new[] { once, PlainLetters(once) }
            .SelectMany(text => new[] { text, WithoutRows(text), Without(text, known), WithoutRows(Without(text, known)) })
            .ToList();
        if (own.Any(text => text.Length < LeastOwn))
        {
            return "This password is made of names, or of keys that lie beside each other. "
                + "Choose three or four words that do not belong together";
        }

        var isCommon = own.Append(typed).Any(text => CommonPasswords.Contains(text)
            || CommonPasswords.Contains(Core(text))
            || CommonPasswords.Contains(PlainLetters(Core(text))));
        return isCommon
            ? "This password is on the lists that are tried first, or is one of them with a few characters around it. "
                + "Choose three or four words that do not belong together"
            : null;
    }

    private IEnumerable<string> NamesOf(StaffMember member)
    {
        var site = library.English.Site;
        string[] names =
        [
            site.Name,
            site.ShortName,
            site.ShortName.Replace("&", "and", StringComparison.Ordinal),
            site.Contact.Email.Split('@')[^1],
            member.DisplayName,
            member.Email ?? "",
        ];
        return names
            .SelectMany(text => text.Split(' ', '@', '.', '-', '_', '+').Append(text))
            .SelectMany(text => new[] { text, text.TrimEnd([.. "0123456789"]) })
            .Concat(Everywhere)
            .Select(text => Squeeze(text).Replace("&", "", StringComparison.Ordinal))
            .Distinct();
    }

    /// <summary>Normalizes case, character width and word separators, which do not make a password different for this check.</summary>
    private static string Squeeze(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormKC).ToLowerInvariant()
            .Where(letter => !char.IsWhiteSpace(letter) && letter is not ('-' or '_' or '.' or ',')));

    /// <summary>Replaces common character substitutions with the letters they stand for.</summary>
    private static string PlainLetters(string text) => string.Concat(text.Select(letter => letter switch
    {
        '@' or '4' => 'a',
        '3' => 'e',
        '1' or '!' => 'i',
        '0' => 'o',
        '$' or '5' => 's',
        '7' => 't',
        _ => letter,
    }));

    /// <summary>Removes digits and symbols from both ends.</summary>
    private static string Core(string text) => text.Trim([.. text.Where(letter => !char.IsLetter(letter)).Distinct()]);

    /// <summary>Returns the repeated part if the whole text is a repetition; otherwise the text.</summary>
    private static string Unit(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            if (text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length)))
            {
                return text[..length];
            }
        }

        return text;
    }

    private static string Without(string text, IEnumerable<string> names) =>
        names.Aggregate(text, (rest, name) => rest.Replace(name, "", StringComparison.Ordinal));

    /// <summary>
    /// Removes sequences of four or more consecutive characters, in either direction, and of four or more identical characters.
    /// </summary>
    private static string WithoutRows(string text)
    {
        const int Least = 4;
        var rest = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            var length = Least;
            while (i + length <= text.Length && IsRow(text.Substring(i, length)))
            {
                length++;
            }

            if (length > Least)
            {
                i += length - 1;
            }
            else
            {
                rest.Append(text[i++]);
            }
        }

        return rest.ToString();
    }

    private static bool IsRow(string text)
    {
        var back = string.Concat(text.Reverse());
        return text.All(letter => letter == text[0])
            || Rows.Any(row => row.Contains(text, StringComparison.Ordinal) || row.Contains(back, StringComparison.Ordinal));
    }
}
