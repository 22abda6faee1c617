using System.Xml;

namespace PhysioSite.Content.Reading.Links;

/// <summary>Checks whether browsers show a picture.</summary>
internal static class ContentImage
{
    /// <summary>In bytes. Longer pictures take seconds to load on a phone.</summary>
    private const int Longest = 1_000_000;

    /// <summary>In bytes, for a photo, which pages show in a smaller size.</summary>
    private const int LongestPhoto = 20_000_000;

    private const string Vector = ".svg";

    /// <summary>Kinds of files that pages show as they are.</summary>
    private static readonly string[] Unchanged = [Vector, ".gif"];

    private static readonly string[] Extensions = [Vector, ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"];

    /// <summary>How the files begin: at which byte, and with what. Browsers go by this and not by the extension.</summary>
    private static readonly (int At, byte[] Bytes)[] Signatures =
    [
        (0, [0x89, .. "PNG"u8]),
        (0, [0xFF, 0xD8, 0xFF]),
        (0, [.. "GIF8"u8]),
        (8, [.. "WEBP"u8]),
        (4, [.. "ftypavif"u8]),
        (4, [.. "ftypavis"u8]),
    ];

    /// <returns>Null when browsers show it.</returns>
    public static string? Problem(string path)
    {
        if (!Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        {
            return "Browsers do not show this kind of file. Save it as SVG, PNG, JPEG, WebP, AVIF or GIF.";
        }

        try
        {
            var length = new FileInfo(path).Length;
            var most = Unchanged.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) ? Longest : LongestPhoto;
            if (length > most)
            {
                return $"The file has {length / 1_000_000.0:0.0} MB. Save it with less than {most / 1_000_000} MB.";
            }

            return Vector.Equals(Path.GetExtension(path), StringComparison.OrdinalIgnoreCase) ? VectorProblem(path) : RasterProblem(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The file cannot be read: {e.Message}";
        }
    }

    private static string? RasterProblem(string path)
    {
        var start = new byte[16];
        using var file = File.OpenRead(path);
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return Signatures.Any(signature => start.AsSpan(0, length)[Math.Min(signature.At, length)..].StartsWith(signature.Bytes))
            ? null
            : "The file is damaged, or it is another kind of file than its name says. Save it as PNG, JPEG, WebP, AVIF or GIF.";
    }

    /// <summary>An SVG file without the namespace is not shown in a page.</summary>
    private static string? VectorProblem(string path)
    {
        try
        {
            using var xml = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            var isPicture = xml.MoveToContent() == XmlNodeType.Element
                && xml is { LocalName: "svg", NamespaceURI: "http://www.w3.org/2000/svg" };
            while (xml.Read())
            {
                // Reads to the end, so that damage anywhere is found.
            }

            return isPicture ? null : "This is not an SVG picture: its first element must be <svg xmlns=\"http://www.w3.org/2000/svg\">.";
        }
        catch (XmlException e)
        {
            return $"The SVG is damaged: {e.Message}";
        }
    }
}
