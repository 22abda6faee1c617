using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace PhysioSite.Web;

/// <summary>Handles hosts before the framework's host filter, which refuses every host that is not allowed.</summary>
internal static class PublicHost
{
    /// <summary>
    /// Redirects near misses of the public host (with or without <c>www.</c>, with a trailing period) to it. Health checks are answered for
    /// every host, because a probe uses the address of the machine.
    /// </summary>
    public static IApplicationBuilder UsePublicHost(this IApplicationBuilder app)
    {
        var address = app.ApplicationServices.GetRequiredService<SiteAddress>();
        var allowed = app.ApplicationServices.GetRequiredService<IOptions<HostFilteringOptions>>().Value.AllowedHosts;
        return app.Use((context, next) =>
        {
            var request = context.Request;
            if (request.Path.StartsWithSegments(HealthChecks.Path, StringComparison.Ordinal))
            {
                request.Host = new HostString("localhost");
            }
            else if (IsNearMiss(request.Host.Host, address.PublicHost)
                && !allowed.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
            {
                context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
                context.Response.Headers.Location = address.Public(request.PathBase + request.Path + request.QueryString).AbsoluteUri;
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    private static bool IsNearMiss(string host, string publicHost) =>
        !host.Equals(publicHost, StringComparison.OrdinalIgnoreCase)
        && WithoutWww(host.TrimEnd('.')).Equals(WithoutWww(publicHost), StringComparison.OrdinalIgnoreCase);

    private static string WithoutWww(string host) => host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;

    internal sealed class PublicHostStartupFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UsePublicHost();
            next(app);
        };
    }
}
