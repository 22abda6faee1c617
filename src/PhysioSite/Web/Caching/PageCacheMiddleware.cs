using Microsoft.AspNetCore.Http.Features;
using PhysioSite.Content;
using PhysioSite.Telemetry;

namespace PhysioSite.Web.Caching;

/// <summary>A request that a cached page may answer. It tells <see cref="PageCacheFilter"/> that the page may be kept.</summary>
internal sealed class PageCacheRequest(CachedPages pages, string path, DateTime utc)
{
    public CachedPages Pages { get; } = pages;

    /// <summary>With the prefix of the language.</summary>
    public string Path { get; } = path;

    public DateTime Utc { get; } = utc;

    /// <summary>The headers of the response before the page was handled.</summary>
    public IReadOnlyCollection<string> HeadersBefore { get; set; } = [];

    /// <summary>The page that answers the request. Null while there is none.</summary>
    public CachedPage? Page { get; set; }
}

/// <summary>
/// Answers a request from the cache. Otherwise the request uses one version of the content until its end, and
/// <see cref="PageCacheFilter"/> keeps the page. Must run after the middleware that checks the host and the scheme, and before everything
/// that depends on the content.
/// </summary>
internal sealed class PageCacheMiddleware(
    RequestDelegate next, PageCache cache, BrotliCompressor compressor, ContentLibrary library, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var pages = cache.Current;
        if (!cache.MayAnswer(context.Request.Method, context.Request.Headers))
        {
            return RenderAsync(context, pages, null);
        }

        var path = context.Request.Path.Value ?? "";
        var utc = time.GetUtcNow().UtcDateTime;
        var request = new PageCacheRequest(pages, path, utc) { Page = pages.Find(path, context.Request.QueryString.Value, utc) };
        context.Features.Set(request);
        if (request.Page is not { } page)
        {
            return RenderAsync(context, pages, request);
        }

        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new("http.route", page.Route));
        RequestTraces.LeaveOut(context);
        return PageAnswer.SendAsync(page, context.Features, compressor);
    }

    private async Task RenderAsync(HttpContext context, CachedPages pages, PageCacheRequest? request)
    {
        using (library.Use(pages.Version))
        {
            await next(context);
        }

        if (request?.Page is { } page)
        {
            await PageAnswer.SendAsync(page, context.Features, compressor);
        }
    }
}
