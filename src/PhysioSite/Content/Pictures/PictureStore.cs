using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Xml;
using NetVips;
using PhysioSite.Content.Model;
using PhysioSite.Content.Reading.Links;
using PhysioSite.Data;

namespace PhysioSite.Content.Pictures;

/// <summary>
/// Prepares the pictures of the content for pages. A photo is turned upright, resized to two widths and encoded again as WebP, without the
/// place and the camera that its file may name. The results are files in a cache folder, named after the bytes of the photo.
/// </summary>
/// <param name="folder">The cache folder. Null when nothing is written; photos are then shown as they are.</param>
internal sealed class PictureStore(string? folder)
{
    /// <summary>The folder of the results, below the root of the site.</summary>
    public const string Path = "/pictures";

    private const int Quality = 80;

    /// <summary>More pixels than most cameras of phones give. Decoding needs three bytes for each.</summary>
    private const long MostPixels = 50_000_000;

    /// <summary>In pixels. The second is for screens with two pixels per point.</summary>
    private static readonly int[] Widths = [480, 960];

    private static readonly string[] Photos = [".png", ".jpg", ".jpeg", ".webp", ".avif"];

    private readonly ConcurrentDictionary<(string File, DateTime Changed, long Length), (ContentPicture?, string?)> _found = new();

    /// <summary>
    /// Messages of libvips about damaged files, which are reported as problems of the content. The library, 6 MB of memory, is not loaded
    /// for content without photos.
    /// </summary>
    private static readonly Lazy<uint> IgnoredLog = new(() => Log.SetLogHandler("VIPS", Enums.LogLevelFlags.All, (_, _, _) => { }));

    /// <param name="file">The full path of a picture.</param>
    /// <param name="address">Where the file itself is served.</param>
    /// <returns>The picture, or what is wrong with it.</returns>
    public (ContentPicture? Picture, string? Problem) Find(string file, string address)
    {
        var info = new FileInfo(file);
        var version = info.Exists ? (file, info.LastWriteTimeUtc, info.Length) : (file, default, 0);
        return _found.GetOrAdd(version, _ => Read(file, address));
    }

    private (ContentPicture?, string?) Read(string file, string address)
    {
        if (ContentImage.Problem(file) is { } problem)
        {
            return (null, problem);
        }

        try
        {
            var kind = System.IO.Path.GetExtension(file).ToLowerInvariant();
            if (kind == ".svg")
            {
                return (Drawing(file, address), null);
            }

            _ = IgnoredLog.Value;
            return Photos.Contains(kind)
                ? Photo(File.ReadAllBytes(file), address)
                : (Unchanged(File.ReadAllBytes(file), address), null);
        }
        catch (Exception e) when (e is VipsException or IOException or UnauthorizedAccessException)
        {
            return (null, "The file is damaged. Save it again as PNG, JPEG, WebP or AVIF.");
        }
        catch (Exception e) when (IsMissing(e))
        {
            // libvips is not packaged for every platform. The photo is shown as it is.
            return (new ContentPicture(address, null, 0, 0), null);
        }
    }

    private (ContentPicture?, string?) Photo(byte[] bytes, string address)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(bytes))[..24];
        using var photo = Image.NewFromBuffer(bytes, failOn: Enums.FailOn.Truncated);
        if ((long)photo.Width * photo.Height > MostPixels)
        {
            return (null, $"The picture has {photo.Width} by {photo.Height} pixels. Save it with less than 4,000 pixels in width.");
        }

        using var upright = photo.Autorot();
        var sizes = Widths.Select(width => Resize(upright, name, width)).DistinctBy(size => size.Width).ToList();
        var largest = sizes[^1];
        if (folder is null || sizes.Any(size => !size.IsWritten))
        {
            return (new ContentPicture(address, null, largest.Width, largest.Height), null);
        }

        return (
            new ContentPicture(
                AddressOf(name, sizes[0].Width),
                sizes.Count == 1 ? null : string.Join(", ", sizes.Select(size => $"{AddressOf(name, size.Width)} {size.Width}w")),
                largest.Width,
                largest.Height),
            null);
    }

    /// <summary>Reads the whole picture, so that damage anywhere is found. Nothing is enlarged.</summary>
    private (int Width, int Height, bool IsWritten) Resize(Image photo, string name, int width)
    {
        using var image = photo.ThumbnailImage(width, height: 10 * width, size: Enums.Size.Down, outputProfile: "srgb");
        var encoded = image.WebpsaveBuffer(q: Quality, keep: Enums.ForeignKeep.None);
        var isWritten = folder is not null && Write(System.IO.Path.Combine(folder, $"{name}-{image.Width}.webp"), encoded);
        return (image.Width, image.Height, isWritten);
    }

    /// <returns>False when the disk is full or the folder is not writable: the photo is then shown as it is.</returns>
    private bool Write(string file, byte[] bytes)
    {
        try
        {
            if (!File.Exists(file))
            {
                PrivateFile.CreateFolder(System.IO.Path.GetDirectoryName(folder!)!);
                PrivateFile.CreateFolder(folder!);
                PrivateFile.Write(file, bytes);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A GIF may be animated, so it is not encoded again.</summary>
    private static ContentPicture Unchanged(byte[] bytes, string address)
    {
        using var image = Image.NewFromBuffer(bytes, access: Enums.Access.Sequential);
        return new ContentPicture(address, null, image.Width, image.Height);
    }

    /// <summary>The size of an SVG is its <c>viewBox</c>.</summary>
    private static ContentPicture? Drawing(string file, string address)
    {
        using var xml = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        xml.MoveToContent();
        var box = (xml.GetAttribute("viewBox") ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        return box.Length == 4
            && double.TryParse(box[2], System.Globalization.CultureInfo.InvariantCulture, out var width) && width >= 1
            && double.TryParse(box[3], System.Globalization.CultureInfo.InvariantCulture, out var height) && height >= 1
                ? new ContentPicture(address, null, (int)Math.Round(width), (int)Math.Round(height))
                : new ContentPicture(address, null, 0, 0);
    }

    private static string AddressOf(string name, int width) => $"{Path}/{name}-{width}.webp";

    private static bool IsMissing(Exception e) => e is DllNotFoundException or TypeInitializationException or BadImageFormatException;
}
