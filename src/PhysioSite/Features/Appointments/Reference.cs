using System.Security.Cryptography;

namespace PhysioSite.Features.Appointments;

/// <summary>What a patient reads out on the phone.</summary>
public static class Reference
{
    public const int Length = 8;

    /// <summary>Without 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V: nothing that is mistaken for another, read or heard.</summary>
    public const string Alphabet = "34679ACDEFGHJKMNPQRTWXY";

    /// <summary>Whether it has the form of a reference. Mails are also about other things.</summary>
    public static bool IsOne(string text) => text.Length == Length && text.All(Alphabet.Contains);

    /// <summary>Random, so that nobody can count requests: 23 to the power of 8 is 78 billion.</summary>
    public static string Next() => RandomNumberGenerator.GetString(Alphabet, Length);
}
