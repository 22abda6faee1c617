using System.Text.RegularExpressions;

namespace PhysioSite.Features.Staff.Requests.Export;

/// <summary>
/// Prefixes a cell that a spreadsheet would evaluate as a formula with an apostrophe, which makes it text. This includes cells whose
/// formula character follows spaces, quotes or invisible characters, which some programs skip, and full-width forms of the formula
/// characters, which some programs treat as the ASCII ones.
/// </summary>
public static partial class CsvFormulaGuard
{
    public static string Escape(string text) => Calculated().IsMatch(text) ? "'" + text : text;

    /// <summary>Reverses <see cref="Escape"/>.</summary>
    public static string Unescape(string cell) => cell.StartsWith('\'') && Calculated().IsMatch(cell[1..]) ? cell[1..] : cell;

    [GeneratedRegex(
        @"^(?:'*[\t\r\n]|[\s\p{Cc}\p{Cf}""'`\u2018\u2019\u201C\u201D]*"
        + @"[=+\-@|\uFE62\uFE63\uFE66\uFE6B\uFF1D\uFF0B\uFF0D\uFF20\uFF5C\u2212])")]
    private static partial Regex Calculated();
}
