using PhysioSite.Telemetry;

namespace PhysioSite.Web.Caching;

/// <summary>Answers with a text that is the same for every reader and kept like a page, for example the site map.</summary>
public static class CachedText
{
    /// <param name="write">Returns the text in UTF-8.</param>
    /// <param name="expires">When the text changes although the content does not.</param>
    public static async Task<IResult> AnswerAsync(HttpContext context, string mediaType, Func<byte[]> write, DateTime expires)
    {
        var contentType = $"{mediaType}; charset=utf-8";
        if (context.Features.Get<PageCacheRequest>() is not { } request)
        {
            return Results.Bytes(write(), contentType);
        }

        (request.Page, _) = await request.Pages.GetOrRenderAsync(request.Path, [], null, request.Utc, _ =>
            Task.FromResult<CachedPage?>(
                new CachedPage(new PageBodies(contentType, write()), request.Utc, expires, RequestTraces.RouteOf(context))));
        return request.Page is null ? Results.Bytes(write(), contentType) : Results.Empty;
    }
}
