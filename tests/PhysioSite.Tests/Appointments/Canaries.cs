using System.Text.RegularExpressions;
using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Appointments;

/// <summary>Answers that nothing but a leak can bring into a log or a mail.</summary>
internal static partial class Canaries
{
    public const string Zip = "94607";

    public static Dictionary<string, string?> Answers(params (string Field, string? Value)[] over) => RequestJourney.Answers(
    [
        ("zip", Zip), ("name", "Quokka Cañaryname"), ("phone", "510-555-0177"), ("email", "quokka.mail@canary.example"), ("area", "neck-shoulder"),
        ("access", "Wombataccess ramp"), ("note", "Platypusnote first\nPlatypusnote second"), .. over,
    ]);

    public static IEnumerable<string> NamedIn(string text) => Named().Matches(text).Select(match => match.Value).Distinct();

    /// <summary>What no mail says: the note, the access needs, the body area and the ZIP code.</summary>
    public static IEnumerable<string> SecretsIn(string text) => Secret().Matches(text).Select(match => match.Value).Distinct();

    /// <summary>Every answer, whole or in part. Digits only where no number or id begins or ends beside them.</summary>
    [GeneratedRegex(@"quokka|ca(ñ|=C3=B1|\\u00f1|&#xF1;)ary|canary|510\D{0,3}555\D{0,2}0177|shoulder|wombat|platypus|(?<![\w.])94607(?!\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"shoulder|wombat|platypus|(?<![\w.])94607(?!\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
