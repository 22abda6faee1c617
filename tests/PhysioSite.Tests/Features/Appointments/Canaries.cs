using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Features.Appointments;

/// <summary>Distinctive answers that occur in a log or an email only if they leak.</summary>
internal static partial class Canaries
{
    public const string Zip = "94607";

    public static Dictionary<string, string?> Answers(params (string Field, string? Value)[] over) => RequestJourney.Answers(
    [
        ("zip", Zip), ("name", "Quokka Cañaryname"), ("phone", "510-555-0177"), ("email", "quokka.mail@canary.example"),
        ("area", "neck-shoulder"), ("access", "Wombataccess ramp"), ("note", "Platypusnote first\nPlatypusnote second"), .. over,
    ]);

    public static IEnumerable<string> NamedIn(string text) => Named().Matches(text).Select(match => match.Value).Distinct();

    /// <summary>The answers that no email may contain: the note, the access needs, the body area and the ZIP code.</summary>
    public static IEnumerable<string> SecretsIn(string text) => Secret().Matches(text).Select(match => match.Value).Distinct();

    /// <summary>Matches every answer, whole or in part. The ZIP code matches only if it is not part of a longer number or id.</summary>
    [GeneratedRegex(
        @"quokka|ca(ñ|=C3=B1|\\u00f1|&#xF1;)ary|canary|510\D{0,3}555\D{0,2}0177|shoulder|wombat|platypus|(?<![\w.])94607(?!\w)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"shoulder|wombat|platypus|(?<![\w.])94607(?!\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
