using System.Text.RegularExpressions;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>
/// A cell that a spreadsheet would calculate is text once an apostrophe stands before it. That holds as well for one whose sign comes
/// after spaces, quotes or invisible characters, which some programs skip, and for the wide forms of the signs, which some programs read
/// as the narrow ones.
/// </summary>
public static partial class CsvFormulaGuard
{
    public static string Inert(string text) => Calculated().IsMatch(text) ? "'" + text : text;

    /// <summary>The text as it was before <see cref="Inert"/>.</summary>
    public static string Original(string cell) => cell.StartsWith('\'') && Calculated().IsMatch(cell[1..]) ? cell[1..] : cell;

    [GeneratedRegex(@"^(?:'*[\t\r\n]|[\s\p{Cc}\p{Cf}""'`\u2018\u2019\u201C\u201D]*[=+\-@|\uFE62\uFE63\uFE66\uFE6B\uFF1D\uFF0B\uFF0D\uFF20\uFF5C\u2212])")]
    private static partial Regex Calculated();
}
