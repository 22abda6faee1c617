using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PhysioSite.Web.Caching;

/// <summary>Sends a page that is kept in memory.</summary>
internal static class PageAnswer
{
    /// <summary>Browsers and proxies may store a page, and ask each time whether it is still current.</summary>
    private static readonly StringValues Revalidate = "no-cache";

    private static readonly StringValues VaryByEncoding = HeaderNames.AcceptEncoding;

    public static bool IsGetOrHead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>Whether the page is compressed already in every coding that <see cref="SendAsync"/> would look at.</summary>
    public static bool IsCompressed(CachedPage page, IHeaderDictionary headers)
    {
        foreach (var coding in ContentCodings.Accepted(headers.AcceptEncoding))
        {
            if (!page.Bodies.IsCompressed(coding))
            {
                return false;
            }

            if (headers.IfNoneMatch.Count == 0)
            {
                break;
            }
        }

        return true;
    }

    public static Task SendAsync(CachedPage page, IFeatureCollection features, BrotliCompressor compressor)
    {
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        var (body, isNotModified) = Select(page.Bodies, request.Headers, compressor);
        var headers = response.Headers;
        headers.ETag = body.ETag;
        headers.Vary = VaryByEncoding;
        headers.CacheControl = Revalidate;
        if (isNotModified)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            headers.ContentType = default;
            return Task.CompletedTask;
        }

        response.StatusCode = StatusCodes.Status200OK;
        headers.ContentType = page.Bodies.ContentType;
        headers.ContentLength = body.Bytes.Length;
        if (body.Encoding is { } encoding)
        {
            headers.ContentEncoding = encoding;
        }

        return HttpMethods.IsHead(request.Method)
            ? Task.CompletedTask
            : WriteAsync(features.GetRequiredFeature<IHttpResponseBodyFeature>(), body.Bytes);
    }

    private static Task WriteAsync(IHttpResponseBodyFeature response, byte[] bytes)
    {
        var write = response.Writer.WriteAsync(bytes);
        return write.IsCompletedSuccessfully ? Task.CompletedTask : write.AsTask();
    }

    /// <summary>
    /// A body that the client has already is preferred, so that a browser does not load the page again when Brotli at its best level
    /// becomes ready.
    /// </summary>
    private static (PageBody Body, bool IsNotModified) Select(PageBodies bodies, IHeaderDictionary headers, BrotliCompressor compressor)
    {
        PageBody? best = null;
        IList<EntityTagHeaderValue>? known = null;
        if (headers.IfNoneMatch is { Count: > 0 } ifNoneMatch)
        {
            _ = EntityTagHeaderValue.TryParseList(ifNoneMatch, out known);
        }

        foreach (var coding in ContentCodings.Accepted(headers.AcceptEncoding))
        {
            var body = coding switch
            {
                ContentCodings.Brotli => bodies.Brotli,
                ContentCodings.Gzip => bodies.Gzip,
                _ => bodies.Identity,
            };
            if (coding == ContentCodings.Brotli)
            {
                compressor.Enqueue(bodies);
            }

            best ??= body;
            if (known is null)
            {
                break;
            }

            if (Knows(known, body))
            {
                return (body, true);
            }

            if (coding == ContentCodings.Brotli && bodies.FastBrotli is { } earlier && Knows(known, earlier))
            {
                return (earlier, true);
            }
        }

        return (best ?? bodies.Identity, false);
    }

    private static bool Knows(IList<EntityTagHeaderValue> known, PageBody body) =>
        known.Any(tag => tag.Tag == body.ETag || tag.Equals(EntityTagHeaderValue.Any));
}
