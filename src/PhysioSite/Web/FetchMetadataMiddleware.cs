using Microsoft.AspNetCore.Diagnostics;

namespace PhysioSite.Web;

/// <summary>
/// Rejects, before any other processing, requests that no page of the site sends: unused HTTP methods and cross-site form posts.
/// Browsers identify the source of a request with <c>Sec-Fetch-Site</c> and, for a form post, with <c>Origin</c>. A request with
/// neither header comes from an old browser or another client and, like every form post, requires a valid antiforgery token.
/// </summary>
public static class FetchMetadataMiddleware
{
    public static IApplicationBuilder UseFetchMetadata(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null
            || HttpMethods.IsGet(request.Method)
            || HttpMethods.IsHead(request.Method))
        {
            return next(context);
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD, POST";
            if (HttpMethods.IsOptions(request.Method) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                // Razor Pages, including the error page, answers every OPTIONS request with 200.
                pages.Enabled = false;
            }

            return Task.CompletedTask;
        }

        if (ComesFromElsewhere(request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(context);
    });

    private static bool ComesFromElsewhere(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        return site switch
        {
            "" or "none" => origin.Length > 0 && !IsOwn(origin, request),
            // The origin is "null" for a page that does not disclose its origin.
            "same-origin" => origin is not ("" or "null") && !IsOwn(origin, request),
            _ => true,
        };
    }

    private static bool IsOwn(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
