using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PhysioSite.Content.Model;

namespace PhysioSite.Features.Clinics;

/// <summary>A ZIP code with the center of its area.</summary>
public sealed record ZipCode(string Code, string Place, string State, Coordinates Center);

/// <summary>
/// US ZIP codes. The table is kept as text with the position of each line, and a line is parsed only when it is looked up. Loading is one
/// pass over 1.5 MB without a second copy of the data. Sources: us-zip-codes.md.
/// </summary>
public sealed partial class ZipCodes
{
    /// <summary>
    /// A position farther than this from the center of every ZIP code, in miles, is treated as outside the United States.
    /// </summary>
    public const double FarMiles = 50;

    private const int CodeLength = 5;

    /// <summary>Lower bound of the length of a degree of latitude on the sphere of <see cref="GreatCircle"/>, in miles.</summary>
    private const double DegreeMiles = 69;

    private readonly byte[] _table;
    private readonly int[] _lines;

    public ZipCodes()
    {
        using var resource = typeof(ZipCodes).Assembly.GetManifestResourceStream("us-zip-codes.tsv")!;
        _table = new byte[resource.Length];
        resource.ReadExactly(_table);

        var lines = new List<int>(42_000);
        for (var at = 0; at < _table.Length;)
        {
            var length = _table.AsSpan(at).IndexOf((byte)'\n');
            if (char.IsAsciiDigit((char)_table[at]))
            {
                lines.Add(at);
            }

            at = length < 0 ? _table.Length : at + length + 1;
        }

        _lines = [.. lines];
    }

    public int Count => _lines.Length;

    /// <summary>
    /// The first five digits of a ZIP code or ZIP+4 code, with or without its hyphen. Other text is returned without outer spaces.
    /// </summary>
    public static string FiveDigits(string? typed)
    {
        var text = typed?.Trim() ?? "";
        return PlusFour().Match(text) is { Success: true } match ? match.Groups[1].Value : text;
    }

    public static bool IsFiveDigits(string text) => text.Length == CodeLength && text.All(char.IsAsciiDigit);

    /// <param name="code">Five digits.</param>
    /// <returns>Null if the code is not in use or is not five digits.</returns>
    public ZipCode? Find(string? code)
    {
        if (code is null || !IsFiveDigits(code))
        {
            return null;
        }

        Span<byte> wanted = stackalloc byte[CodeLength];
        Encoding.ASCII.GetBytes(code, wanted);
        for (int low = 0, high = _lines.Length - 1; low <= high;)
        {
            var middle = (low + high) / 2;
            switch (_table.AsSpan(_lines[middle], CodeLength).SequenceCompareTo(wanted))
            {
                case 0:
                    return Read(_lines[middle]);
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return null;
    }

    /// <summary>
    /// The ZIP code with the nearest center, or the lowest of several at the same distance. Scans all lines but parses only the latitude
    /// of most: a place whose latitude differs by more than the best distance so far cannot be nearer.
    /// </summary>
    /// <returns>Null if none is within <see cref="FarMiles"/>.</returns>
    public ZipCode? Nearest(Coordinates position)
    {
        int? nearest = null;
        var least = FarMiles;
        foreach (var line in _lines)
        {
            var at = AfterTab(AfterTab(AfterTab(line)));
            if (Utf8Parser.TryParse(_table.AsSpan(at), out double latitude, out var length)
                && Math.Abs(latitude - position.Latitude) * DegreeMiles < least
                && Utf8Parser.TryParse(_table.AsSpan(at + length + 1), out double longitude, out _)
                && GreatCircle.Miles(position, new Coordinates(latitude, longitude)) is var miles && miles < least)
            {
                (nearest, least) = (line, miles);
            }
        }

        return nearest is { } found ? Read(found) : null;
    }

    private int AfterTab(int at) => at + _table.AsSpan(at).IndexOf((byte)'\t') + 1;

    private ZipCode Read(int at)
    {
        var end = _table.AsSpan(at).IndexOf((byte)'\n');
        var columns = Encoding.UTF8.GetString(end < 0 ? _table.AsSpan(at) : _table.AsSpan(at, end)).TrimEnd('\r').Split('\t');
        return new ZipCode(columns[0], columns[1], columns[2], new Coordinates(
            double.Parse(columns[3], CultureInfo.InvariantCulture),
            double.Parse(columns[4], CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex("^([0-9]{5})(?:[- ]?[0-9]{4})?$")]
    private static partial Regex PlusFour();
}
