using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;

namespace PhysioSite.Web.Caching;

/// <summary>A page in one content coding.</summary>
/// <param name="encoding">The content coding. Null for identity.</param>
internal sealed class PageBody(string? encoding, byte[] bytes)
{
    public string? Encoding { get; } = encoding;

    public byte[] Bytes { get; } = bytes;

    /// <summary>A strong entity tag: it is calculated from the bytes that are sent.</summary>
    public string ETag { get; } = $"\"{Base64Url.EncodeToString(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
}

/// <summary>
/// The bytes of a page in every content coding, each compressed when it is first requested. Brotli at its best level takes about 25 ms, so
/// it is compressed in the background, and Brotli at a faster level is sent until it is ready.
/// </summary>
internal sealed class PageBodies
{
    /// <summary>The same level as for pages that are not kept.</summary>
    private const int FastQuality = 5;
    private const int BestQuality = 11;

    /// <summary>In bytes. The site map of a large group would take seconds.</summary>
    private const int LongestForBestBrotli = 512 * 1024;

    private readonly Lazy<PageBody> _gzip;
    private readonly Lazy<PageBody> _fastBrotli;
    private volatile PageBody? _bestBrotli;
    private int _isBestBrotliRequested;

    public PageBodies(string contentType, byte[] html)
    {
        ContentType = contentType;
        Identity = new PageBody(null, html);
        _gzip = new(() => InGzip(html));
        _fastBrotli = new(() => InBrotli(html, FastQuality));
    }

    public string ContentType { get; }

    public PageBody Identity { get; }

    public PageBody Gzip => _gzip.Value;

    public PageBody Brotli => _bestBrotli ?? _fastBrotli.Value;

    /// <summary>What clients may have from before <see cref="CompressBestBrotli"/> has run. Null if none has.</summary>
    public PageBody? FastBrotli => _fastBrotli.IsValueCreated ? _fastBrotli.Value : null;

    public bool IsCompressed(string coding) => coding switch
    {
        ContentCodings.Brotli => _bestBrotli is not null || _fastBrotli.IsValueCreated,
        ContentCodings.Gzip => _gzip.IsValueCreated,
        _ => true,
    };

    /// <summary>In bytes.</summary>
    public int Size => Identity.Bytes.Length
        + (_gzip.IsValueCreated ? Gzip.Bytes.Length : 0)
        + (FastBrotli?.Bytes.Length ?? 0)
        + (_bestBrotli?.Bytes.Length ?? 0);

    /// <summary>True for the first call only, and false for a long text.</summary>
    public bool RequestBestBrotli() => Identity.Bytes.Length <= LongestForBestBrotli &&
        Volatile.Read(ref _isBestBrotliRequested) == 0 && Interlocked.Exchange(ref _isBestBrotliRequested, 1) == 0;

    public void CompressBestBrotli() => _bestBrotli = InBrotli(Identity.Bytes, BestQuality);

    private static PageBody InBrotli(byte[] html, int quality)
    {
        var buffer = new byte[BrotliEncoder.GetMaxCompressedLength(html.Length)];
        return BrotliEncoder.TryCompress(html, buffer, out var length, quality, window: 22)
            ? new PageBody(ContentCodings.Brotli, buffer[..length])
            : throw new InvalidOperationException("The buffer for Brotli is too small.");
    }

    private static PageBody InGzip(byte[] html)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.SmallestSize))
        {
            gzip.Write(html);
        }

        return new PageBody(ContentCodings.Gzip, buffer.ToArray());
    }
}

/// <summary>A rendered page.</summary>
/// <param name="FromUtc">When it was rendered. A page from the future, after the clock was set back, is not valid.</param>
/// <param name="Route">The template of its address, for measurements.</param>
internal sealed record CachedPage(PageBodies Bodies, DateTime FromUtc, DateTime UntilUtc, string? Route = null)
{
    public bool IsValidAt(DateTime utc) => FromUtc <= utc && utc < UntilUtc;
}
