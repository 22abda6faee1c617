using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Support;

/// <summary>
/// A mail read back from its bytes, by RFC 5322, 2045 and 2047, without the classes that wrote it. What breaks a rule throws.
/// </summary>
public sealed partial class RawMail
{
    private readonly List<KeyValuePair<string, string>> _headers;
    private readonly string _body;

    private RawMail(string raw)
    {
        var end = raw.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, "A mail has headers, an empty line and a body.");
        _headers = [.. Folded().Replace(raw[..end], " ").Split("\r\n").Select(ReadHeader)];
        _body = raw[(end + 4)..];
        Raw = raw;
    }

    /// <summary>A character for each byte.</summary>
    public string Raw { get; }

    public IEnumerable<string> HeaderNames => _headers.Select(header => header.Key);

    public string MessageId => Header("Message-ID");

    public string Text => Part("text/plain");

    public string Html => Part("text/html");

    public static RawMail Parse(byte[] raw) => new(Encoding.Latin1.GetString(raw));

    /// <summary>The one header of the name, decoded.</summary>
    public string Header(string name) => EncodedWords().Replace(
        Between().Replace(_headers.Single(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value, "$1"), DecodeWord);

    private string Part(string mediaType)
    {
        var type = new ContentType(Header("Content-Type"));
        Assert.Equal("multipart/alternative", type.MediaType);
        var parts = ("\r\n" + _body).Split($"\r\n--{type.Boundary}");
        Assert.StartsWith("--", parts[^1], StringComparison.Ordinal);
        return parts[1..^1].Select(part => new RawMail(part[2..])).Single(part => new ContentType(part.Header("Content-Type")).MediaType == mediaType).Decoded();
    }

    private string Decoded()
    {
        Assert.Equal("utf-8", new ContentType(Header("Content-Type")).CharSet);
        var bytes = Header("Content-Transfer-Encoding").ToLowerInvariant() switch
        {
            "7bit" => Encoding.Latin1.GetBytes(_body),
            "base64" => Convert.FromBase64String(_body),
            "quoted-printable" => FromQuotedPrintable(SoftBreak().Replace(_body, "")),
            var other => throw new FormatException($"Content-Transfer-Encoding is {other}."),
        };
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
    }

    private static KeyValuePair<string, string> ReadHeader(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        Assert.True(colon > 0 && line[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c == '-'), $"\"{line}\" is no header.");
        return new(line[..colon], line[(colon + 1)..].Trim());
    }

    /// <summary>Each encoded word stands for whole characters.</summary>
    private static string DecodeWord(Match word)
    {
        Assert.Equal("utf-8", word.Groups["charset"].Value, ignoreCase: true);
        var text = word.Groups["text"].Value;
        var bytes = word.Groups["how"].Value is "B" or "b" ? Convert.FromBase64String(text) : FromQuotedPrintable(text.Replace('_', ' '));
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
    }

    private static byte[] FromQuotedPrintable(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return [.. bytes];
    }

    [GeneratedRegex(@"\r\n[ \t]+")]
    private static partial Regex Folded();

    [GeneratedRegex(@"(\?=)\s+(?==\?)")]
    private static partial Regex Between();

    [GeneratedRegex(@"=\?(?<charset>[^?]+)\?(?<how>[BbQq])\?(?<text>[^?]*)\?=")]
    private static partial Regex EncodedWords();

    [GeneratedRegex(@"=[ \t]*\r\n")]
    private static partial Regex SoftBreak();
}
