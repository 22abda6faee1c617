using System.Security.Cryptography;

namespace PhysioSite.Features.Appointments;

/// <summary>The number that a patient quotes on the phone.</summary>
public static class Reference
{
    public const int Length = 8;

    /// <summary>
    /// Excludes characters that are easily confused when read or heard: 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V.
    /// </summary>
    public const string Alphabet = "34679ACDEFGHJKMNPQRTWXY";

    /// <summary>Whether the text has the format of a reference. Needed because some emails are not about a request.</summary>
    public static bool IsOne(string text) => text.Length == Length && text.All(Alphabet.Contains);

    /// <summary>A reference as people type it after a phone call: with spaces or hyphens, or in lowercase.</summary>
    public static string Clean(string typed) =>
        string.Concat(typed.Where(character => character is not ('-' or '\u2010' or '\u2011') && !char.IsWhiteSpace(character)))
            .ToUpperInvariant();

    /// <summary>Random, so that the number of requests cannot be inferred: 23 to the power of 8 is 78 billion.</summary>
    public static string Next() => RandomNumberGenerator.GetString(Alphabet, Length);
}
