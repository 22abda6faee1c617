using Microsoft.Net.Http.Headers;

namespace PhysioSite.Web;

/// <summary>The fonts in <c>wwwroot/fonts</c>.</summary>
internal static class FontFiles
{
    /// <summary>
    /// Browsers keep a font for a year without asking again. The style sheet refers to it without a fingerprint, so its version is part of
    /// its name.
    /// </summary>
    public static void CacheFontsPermanently(this IEndpointConventionBuilder assets) => assets.Finally(builder =>
    {
        if (builder is not RouteEndpointBuilder { RequestDelegate: { } send, RoutePattern.RawText: { } path }
            || !path.EndsWith(".woff2", StringComparison.Ordinal))
        {
            return;
        }

        builder.RequestDelegate = context =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers[HeaderNames.CacheControl] = "public, max-age=31536000, immutable";
                return Task.CompletedTask;
            });
            return send(context);
        };
    });
}
