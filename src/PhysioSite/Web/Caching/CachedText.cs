using System.Text;
using PhysioSite.Telemetry;

namespace PhysioSite.Web.Caching;

/// <summary>Answers with a text that is the same for every reader and kept like a page, for example the site map.</summary>
public static class CachedText
{
    /// <param name="expires">When the text changes although the content does not.</param>
    public static async Task<IResult> AnswerAsync(HttpContext context, string mediaType, Func<string> write, DateTime expires)
    {
        if (context.Features.Get<PageCacheRequest>() is not { } request)
        {
            return Results.Text(write(), mediaType, Encoding.UTF8);
        }

        (request.Page, _) = await request.Pages.GetOrRenderAsync(request.Path, [], null, request.Utc, _ =>
        {
            var bodies = new PageBodies($"{mediaType}; charset=utf-8", Encoding.UTF8.GetBytes(write()));
            return Task.FromResult<CachedPage?>(new CachedPage(bodies, request.Utc, expires, RequestTraces.RouteOf(context)));
        });
        return request.Page is null ? Results.Text(write(), mediaType, Encoding.UTF8) : Results.Empty;
    }
}
