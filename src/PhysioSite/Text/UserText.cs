using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PhysioSite.Text;

/// <summary>
/// Normalizes text entered by people for storage. All scripts are supported. Invisible characters that change how other text is
/// displayed are removed. See docs/decisions/0012-text-rules.md for the rules and their reasons.
/// </summary>
public static partial class UserText
{
    /// <summary>
    /// Invisible letters that Unicode defines for keyboards and legacy character sets, and signs that only modify another character.
    /// </summary>
    private const string BlankLetters = "\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0";

    /// <summary>Returns the text on one line, trimmed, with single spaces, or null if no visible character is left.</summary>
    public static string? OneLine(string? text) => OrNull(Composed(Spaces().Replace(Seen(text), " ")).Trim());

    /// <summary>
    /// Returns multi-line text, trimmed, with line feeds as the only line breaks, or null if no visible character is left.
    /// </summary>
    public static string? Lines(string? text) => OrNull(Composed(Seen(text).Replace('\v', '\n').ReplaceLineEndings("\n")).Trim());

    /// <summary>
    /// Whether the text contains only valid, readable characters: no control characters other than line feed and tab, no unpaired
    /// surrogates, no replacement characters (U+FFFD) and no Unicode noncharacters. Text is also rejected if a letter has so many
    /// combining marks that they would cover the lines above it.
    /// </summary>
    public static bool IsReadable(string? text) =>
        text is null || (text.EnumerateRunes().All(IsReadable) && !Piles().IsMatch(text));

    /// <summary>Whether the text contains a visible letter.</summary>
    public static bool HasLetter(string text) => text.EnumerateRunes().Any(rune => Rune.IsLetter(rune) && !IsBlank(rune));

    /// <summary>An unpaired surrogate is also enumerated as U+FFFD.</summary>
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

    /// <summary>
    /// Normalizes to NFC, so that a name is the same regardless of the keyboard used. Invalid text is returned unchanged because it
    /// is rejected later.
    /// </summary>
    private static string Composed(string text) => text.EnumerateRunes().All(IsReadable) ? text.Normalize(NormalizationForm.FormC) : text;

    /// <summary>
    /// Characters that are invisible and have no meaning in a name or a sentence, or that change the direction of the following text.
    /// They are often included in copied text. Joiners are kept because Persian, Indic scripts and emoji require them. Direction
    /// marks that do not change the direction of other text are also kept.
    /// </summary>
    [GeneratedRegex(@"[\u00AD\u200B\u2060-\u2064\u202A-\u202E\u2066-\u206F\uFEFF\uFFF9-\uFFFB]+")]
    private static partial Regex Unseen();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    /// <summary>Matches more than ten consecutive combining marks. No script uses that many on one letter.</summary>
    [GeneratedRegex(@"[\p{Mn}\p{Me}]{11}")]
    private static partial Regex Piles();
}
