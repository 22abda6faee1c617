using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PhysioSite.Faults.Breakages;

[assembly: HostingStartup(typeof(BreakagesStartup))]

namespace PhysioSite.Faults.Breakages;

/// <summary>Adds the deliberate breakages to the services of the site that loads this assembly.</summary>
public sealed class BreakagesStartup : IHostingStartup
{
    public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services =>
    {
        services.AddSingleton<IInterceptor, StoredBreakages>();
        services.AddSingleton<IInterceptor, ConnectionBreakages>();
        services.AddSingleton<IStartupFilter, PageBreakages>();
    });

    /// <summary>Breaks what the site answers.</summary>
    private sealed class PageBreakages : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                if (Breakage.Current == "private-page-gone"
                    && context.Request.Path.StartsWithSegments("/requests", StringComparison.Ordinal))
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                }

                return following(context);
            });
            next(app);
        };
    }
}
