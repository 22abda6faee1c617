using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PhysioSite.Text;

/// <summary>
/// What people type, as it is kept: in every script, without the characters that show nothing but change how the rest reads.
/// docs/decisions/0012-text-rules.md has the rules and their reasons.
/// </summary>
public static partial class UserText
{
    /// <summary>Letters that Unicode has for keyboards and old character sets, and that show nothing, and signs that only change another.</summary>
    private const string BlankLetters = "\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0";

    /// <summary>On one line, trimmed, with single spaces; null when nothing is left that can be seen.</summary>
    public static string? OneLine(string? text) => OrNull(Composed(Spaces().Replace(Seen(text), " ")).Trim());

    /// <summary>On several lines, trimmed, with line feeds alone; null when nothing is left that can be seen.</summary>
    public static string? Lines(string? text) => OrNull(Composed(Seen(text).Replace('\v', '\n').ReplaceLineEndings("\n")).Trim());

    /// <summary>
    /// Whether every character can be read back: none is a control character other than a line feed or a tab, half a character, one that
    /// arrived broken, or one that Unicode keeps for no use; and no letter carries a pile of accents that would cover the lines above it.
    /// </summary>
    public static bool IsReadable(string? text) =>
        text is null || (text.EnumerateRunes().All(IsReadable) && !Piles().IsMatch(text));

    /// <summary>Whether a letter is in it that can be seen.</summary>
    public static bool HasLetter(string text) => text.EnumerateRunes().Any(rune => Rune.IsLetter(rune) && !IsBlank(rune));

    /// <summary>A half of a pair of surrogates is read as U+FFFD too.</summary>
    private static bool IsReadable(Rune rune) =>
        rune != Rune.ReplacementChar
        && (!Rune.IsControl(rune) || rune.Value is '\n' or '\t')
        && (rune.Value & 0xFFFE) != 0xFFFE
        && rune.Value is not (>= 0xFDD0 and <= 0xFDEF);

    private static bool IsBlank(Rune rune) =>
        Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
        || (rune.IsBmp && BlankLetters.Contains((char)rune.Value))
        || rune.Value is 0x034F or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static string? OrNull(string text) => text.EnumerateRunes().All(IsBlank) ? null : text;

    private static string Seen(string? text) => Unseen().Replace(text ?? "", "");

    /// <summary>NFC, so that a name is the same name on whatever keyboard it was typed. What is no text is left as it is; it will be refused.</summary>
    private static string Composed(string text) => text.EnumerateRunes().All(IsReadable) ? text.Normalize(NormalizationForm.FormC) : text;

    /// <summary>
    /// What shows nothing and means nothing in a name or a sentence, or turns the direction of what follows: it comes along when text is
    /// copied. Joiners stay: Persian, Indic scripts and emoji are written with them. So do the marks of direction that turn nothing.
    /// </summary>
    [GeneratedRegex(@"[\u00AD\u200B\u2060-\u2064\u202A-\u202E\u2066-\u206F\uFEFF\uFFF9-\uFFFB]+")]
    private static partial Regex Unseen();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    /// <summary>No script puts more than a handful of marks on one letter.</summary>
    [GeneratedRegex(@"[\p{Mn}\p{Me}]{11}")]
    private static partial Regex Piles();
}
