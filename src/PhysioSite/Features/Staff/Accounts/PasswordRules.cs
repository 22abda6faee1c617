using System.Text;
using Microsoft.AspNetCore.Identity;
using PhysioSite.Content;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary>
/// Length over composition (NIST SP 800-63B): any characters, spaces among them, at least 12. What is refused is what attackers try
/// first, however it is dressed up: common passwords, repetitions, rows of keys, and the names of the person and of the site.
/// </summary>
public sealed class PasswordRules(ContentLibrary library) : IPasswordValidator<StaffMember>
{
    /// <summary>The code of the error when a password is refused.</summary>
    internal const string Refused = "PasswordRefused";

    public const int Shortest = 12;
    public const int Longest = 256;

    /// <summary>Below the label of a field for a new password.</summary>
    public static readonly string Hint = $"At least {Shortest} characters. Three or four words that do not belong together are good.";

    /// <summary>Less than this, besides what can be foreseen, is too little to guess.</summary>
    private const int LeastOwn = 8;

    /// <summary>Shorter names are part of too many words.</summary>
    private const int ShortestName = 4;

    private static readonly string[] Everywhere = ["physiosite", "physio", "physical", "therapy", "therapist", "clinic", "staff", "patient", "admin", "administrator", "password", "passwort", "contraseña", "welcome"];

    private static readonly string[] Rows =
    [
        "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "!@#$%^&*()_+",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "1qazxsw23edcvfr45tgbnhy6", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1a2b3c4d5e6f7g8h9i", "a1b2c3d4e5f6g7h8i9",
    ];

    public Task<IdentityResult> ValidateAsync(UserManager<StaffMember> manager, StaffMember user, string? password) =>
        Task.FromResult(Problem(password ?? "", NamesOf(user)) is { } problem
            ? IdentityResult.Failed(new IdentityError { Code = Refused, Description = problem })
            : IdentityResult.Success);

    /// <returns>What to do about it; null when the password is good.</returns>
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
        var own = new[] { once, PlainLetters(once) }.SelectMany(text => new[] { text, WithoutRows(text), Without(text, known), WithoutRows(Without(text, known)) }).ToList();
        if (own.Any(text => text.Length < LeastOwn))
        {
            return "This password is made of names, or of keys that lie beside each other. Choose three or four words that do not belong together";
        }

        return own.Append(typed).Any(text => CommonPasswords.Contains(text) || CommonPasswords.Contains(Core(text)) || CommonPasswords.Contains(PlainLetters(Core(text))))
            ? "This password is on the lists that are tried first, or is one of them with a few characters around it. Choose three or four words that do not belong together"
            : null;
    }

    private IEnumerable<string> NamesOf(StaffMember member)
    {
        var site = library.English.Site;
        return new[] { site.Name, site.ShortName, site.ShortName.Replace("&", "and", StringComparison.Ordinal), site.Email.Split('@')[^1], member.DisplayName, member.Email ?? "" }
            .SelectMany(text => text.Split(' ', '@', '.', '-', '_', '+').Append(text))
            .SelectMany(text => new[] { text, text.TrimEnd([.. "0123456789"]) })
            .Concat(Everywhere)
            .Select(text => Squeeze(text).Replace("&", "", StringComparison.Ordinal))
            .Distinct();
    }

    /// <summary>As one reads it: case, width and what stands between words make no other password of it.</summary>
    private static string Squeeze(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Where(letter => !char.IsWhiteSpace(letter) && letter is not ('-' or '_' or '.' or ',')));

    /// <summary>Letters for the signs that are put in their place.</summary>
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

    /// <summary>Without the digits and signs at its ends.</summary>
    private static string Core(string text) => text.Trim([.. text.Where(letter => !char.IsLetter(letter)).Distinct()]);

    /// <summary>What is repeated, if the whole is a repetition.</summary>
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

    /// <summary>Without four or more characters that follow each other in a row, in either direction, or are all the same.</summary>
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
