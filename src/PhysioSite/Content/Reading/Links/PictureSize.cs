using System.Buffers.Binary;
using System.Globalization;
using System.Xml;

namespace PhysioSite.Content.Reading.Links;

/// <summary>The size of a picture in pixels. Pages reserve the space before the picture is loaded.</summary>
internal readonly record struct PictureSize(int Width, int Height)
{
    /// <returns>Null when the size cannot be read. <see cref="ContentImage"/> reports the files that browsers do not show.</returns>
    public static PictureSize? Read(string path)
    {
        try
        {
            if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase))
            {
                return ReadVector(path);
            }

            var bytes = File.ReadAllBytes(path).AsSpan();
            return bytes.Length < 32 ? null
                : bytes.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG"u8]) ? Of(Big32(bytes[16..]), Big32(bytes[20..]))
                : bytes.StartsWith("GIF8"u8) ? Of(Little16(bytes[6..]), Little16(bytes[8..]))
                : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? ReadJpeg(bytes)
                : bytes[8..].StartsWith("WEBP"u8) ? ReadWebp(bytes)
                : ReadAvif(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static PictureSize? Of(long width, long height) =>
        width is > 0 and < 100_000 && height is > 0 and < 100_000 ? new((int)width, (int)height) : null;

    private static PictureSize? ReadVector(string path)
    {
        using var xml = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        if (xml.MoveToContent() != XmlNodeType.Element)
        {
            return null;
        }

        return xml.GetAttribute("viewBox")?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) is [_, _, var width, var height]
            ? Of(Number(width), Number(height))
            : Of(Number(xml.GetAttribute("width")), Number(xml.GetAttribute("height")));
    }

    private static long Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (long)Math.Round(number) : 0;

    /// <summary>The first frame header (SOF0 to SOF15) of the segments.</summary>
    private static PictureSize? ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        for (var at = 2; at + 9 < bytes.Length && bytes[at] == 0xFF; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]))
        {
            if (bytes[at + 1] is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
            {
                return Of(
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
            }
        }

        return null;
    }

    /// <summary>The three forms of WebP: extended, lossless and lossy.</summary>
    private static PictureSize? ReadWebp(ReadOnlySpan<byte> bytes)
    {
        var kind = bytes[12..16];
        if (kind.SequenceEqual("VP8X"u8))
        {
            return Of((Little32(bytes[24..]) & 0xFFFFFF) + 1, (Little32(bytes[27..]) & 0xFFFFFF) + 1);
        }

        if (kind.SequenceEqual("VP8L"u8))
        {
            var bits = Little32(bytes[21..]);
            return Of((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1);
        }

        return Of(Little16(bytes[26..]) & 0x3FFF, Little16(bytes[28..]) & 0x3FFF);
    }

    /// <summary>The property "image spatial extents".</summary>
    private static PictureSize? ReadAvif(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.IndexOf("ispe"u8);
        return at < 0 ? null : Of(Big32(bytes[(at + 8)..]), Big32(bytes[(at + 12)..]));
    }

    private static uint Big32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static uint Little32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static int Little16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
