using Microsoft.AspNetCore.Diagnostics;

namespace PhysioSite.Web;

/// <summary>
/// Refuses, before any work, what no page of the site sends: methods it does not use, and forms that a page elsewhere sends. Browsers
/// say where a request comes from by <c>Sec-Fetch-Site</c> and, at a form, by <c>Origin</c>. Who says neither is an old browser or no
/// browser, and has to show the form's token like everybody else.
/// </summary>
public static class FetchMetadataMiddleware
{
    public static IApplicationBuilder UseFetchMetadata(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return next(context);
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD, POST";
            if (HttpMethods.IsOptions(request.Method) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                // Razor Pages, the error page among them, answers every OPTIONS with 200.
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
            // A page that tells nobody where it is has the origin "null".
            "same-origin" => origin is not ("" or "null") && !IsOwn(origin, request),
            _ => true,
        };
    }

    private static bool IsOwn(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
