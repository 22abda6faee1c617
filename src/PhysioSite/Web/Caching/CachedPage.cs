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
/// The bytes of a page in every content coding. Brotli at its best level takes about 25 ms, so it is compressed in the background, and gzip
/// is sent until it is ready.
/// </summary>
internal sealed class PageBodies(string contentType, byte[] html)
{
    private volatile PageBody? _brotli;
    private int _isBrotliRequested;

    public string ContentType { get; } = contentType;

    public PageBody Identity { get; } = new(null, html);

    public PageBody Gzip { get; } = new(ContentCodings.Gzip, Compressed(html));

    /// <summary>Null until <see cref="CompressBrotli"/> has run.</summary>
    public PageBody? Brotli => _brotli;

    /// <summary>In bytes.</summary>
    public int Size => Identity.Bytes.Length + Gzip.Bytes.Length + (_brotli?.Bytes.Length ?? 0);

    /// <summary>True for the first call only.</summary>
    public bool RequestBrotli() => Volatile.Read(ref _isBrotliRequested) == 0 && Interlocked.Exchange(ref _isBrotliRequested, 1) == 0;

    public void CompressBrotli()
    {
        var html = Identity.Bytes;
        var buffer = new byte[BrotliEncoder.GetMaxCompressedLength(html.Length)];
        if (BrotliEncoder.TryCompress(html, buffer, out var length, quality: 11, window: 22))
        {
            _brotli = new PageBody(ContentCodings.Brotli, buffer[..length]);
        }
    }

    private static byte[] Compressed(byte[] html)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.SmallestSize))
        {
            gzip.Write(html);
        }

        return buffer.ToArray();
    }
}

/// <summary>A rendered page.</summary>
/// <param name="FromUtc">When it was rendered. A page from the future, after the clock was set back, is not valid.</param>
internal sealed record CachedPage(PageBodies Bodies, DateTime FromUtc, DateTime UntilUtc)
{
    public bool IsValidAt(DateTime utc) => FromUtc <= utc && utc < UntilUtc;
}
