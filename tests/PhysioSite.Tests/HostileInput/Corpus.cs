using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PhysioSite.Tests.HostileInput;

/// <summary>A hostile input value.</summary>
/// <param name="Line">The value as written in its file; a failing test reports it.</param>
/// <param name="Bytes">The bytes that are sent.</param>
/// <param name="IsText">Whether the bytes are valid UTF-8, so that the received text is known.</param>
public sealed record Hostile(string Kind, string Line, byte[] Bytes, bool IsText)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The value for a form body or a URL, with every byte that is not a letter or digit encoded as %XX.</summary>
    public string Encoded => string.Concat(Bytes.Select(b => char.IsAsciiLetterOrDigit((char)b) ? ((char)b).ToString() : $"%{b:X2}"));

    public override string ToString() => $"{Kind}: {Line}";
}

/// <summary>The values of the *.txt files in this folder.</summary>
public static partial class Corpus
{
    public static IReadOnlyList<Hostile> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "PhysioSite.Tests", "HostileInput"), "*.txt")
            .Order(StringComparer.Ordinal)
            .SelectMany(Read),
    ];

    public static ILookup<string, Hostile> ByKind { get; } = All.ToLookup(hostile => hostile.Kind);

    public static TheoryData<string> Kinds => [.. ByKind.Select(kind => kind.Key)];

    /// <summary>A sample of every kind. The selection depends only on the seed.</summary>
    public static IEnumerable<Hostile> Sample(int ofEachKind, int seed)
    {
        var random = new Random(seed);
        return ByKind.SelectMany(kind => kind.OrderBy(_ => random.Next()).Take(ofEachKind));
    }

    private static IEnumerable<Hostile> Read(string file)
    {
        var kind = "";
        foreach (var line in File.ReadLines(file).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                kind = line[3..];
            }
            else
            {
                var bytes = Unescape(line).ToArray();
                yield return new Hostile(kind, line, bytes, IsUtf8(bytes));
            }
        }
    }

    private static IEnumerable<byte> Unescape(string line)
    {
        var end = 0;
        foreach (Match escape in Escapes().Matches(line))
        {
            foreach (var b in Encoding.UTF8.GetBytes(line[end..escape.Index]).Concat(Unescape(escape)))
            {
                yield return b;
            }

            end = escape.Index + escape.Length;
        }

        foreach (var b in Encoding.UTF8.GetBytes(line[end..]))
        {
            yield return b;
        }
    }

    private static IEnumerable<byte> Unescape(Match escape) => escape switch
    {
        _ when escape.Groups["times"] is { Success: true } times =>
            Enumerable.Repeat(Unescape(escape.Groups["text"].Value).ToArray(), int.Parse(times.ValueSpan, CultureInfo.InvariantCulture))
                .SelectMany(text => text),
        _ when escape.Groups["byte"] is { Success: true } one =>
            [byte.Parse(one.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)],
        _ when escape.Groups["code"] is { Success: true } code =>
            Encoding.UTF8.GetBytes(new Rune(int.Parse(code.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()),
        { Value: "\\r" } => "\r"u8.ToArray(),
        { Value: "\\n" } => "\n"u8.ToArray(),
        { Value: "\\t" } => "\t"u8.ToArray(),
        { Value: "\\\\" } => "\\"u8.ToArray(),
        _ => throw new FormatException($"{escape.Value} is no escape."),
    };

    private static bool IsUtf8(byte[] bytes)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    [GeneratedRegex(
        @"\\(?:\*(?<times>\d+)\{(?<text>(?:\\.\{?[0-9A-F]*\}?|[^\\}])*)\}"
        + @"|x(?<byte>[0-9A-F]{2})"
        + @"|u(?:(?<code>[0-9A-F]{4})|\{(?<code>[0-9A-F]+)\})"
        + @"|.)")]
    private static partial Regex Escapes();
}
