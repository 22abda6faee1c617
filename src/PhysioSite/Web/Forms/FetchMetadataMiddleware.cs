using Microsoft.AspNetCore.Diagnostics;

namespace PhysioSite.Web.Forms;

/// <summary>
/// Protects against cross-site request forgery: a form is accepted only from a page of this site, according to the Origin and
/// Sec-Fetch-Site headers of the browser. This is in addition to the antiforgery tokens, and also protects endpoints without a token.
/// </summary>
public static class FetchMetadataMiddleware
{
    public static IApplicationBuilder UseFetchMetadata(this IApplicationBuilder app)
    {
        var address = app.ApplicationServices.GetRequiredService<SiteAddress>();
        var refused = app.ApplicationServices.GetRequiredService<RefusedForms>();
        return app.Use((context, next) =>
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

            if (ComesFromElsewhere(request, address))
            {
                refused.Record(request);
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    private static bool ComesFromElsewhere(HttpRequest request, SiteAddress address)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        return site switch
        {
            "" or "none" => origin.Length > 0 && !IsOwn(origin, request, address),
            // The origin is "null" for a page that does not disclose its origin.
            "same-origin" => origin is not ("" or "null") && !IsOwn(origin, request, address),
            _ => true,
        };
    }

    /// <summary>
    /// The address of the request, or the public address: a proxy may replace the Host header by the address of this program. Default
    /// ports are equal to no port.
    /// </summary>
    private static bool IsOwn(string origin, HttpRequest request, SiteAddress address) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && (address.IsPublicOrigin(from)
            || (Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var here)
                && SiteAddress.IsSameOrigin(from, here)));
}
