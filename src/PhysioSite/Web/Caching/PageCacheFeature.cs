using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Mvc;

namespace PhysioSite.Web.Caching;

public static class PageCacheFeature
{
    public static IServiceCollection AddPageCache(this IServiceCollection services)
    {
        services.AddSingleton<PageCache>();
        services.AddSingleton<BrotliCompressor>();
        services.AddSingleton<RequestObservers>();
        services.AddSingleton<PageMetrics>();
        services.AddSingleton(provider => new CachedPageAnswers(
            provider.GetRequiredService<PageCache>(),
            provider.GetRequiredService<BrotliCompressor>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<PageMetrics>(),
            () => provider.GetRequiredService<RequestObservers>().Any));
        services.AddHostedService(provider => provider.GetRequiredService<BrotliCompressor>());
        services.Configure<MvcOptions>(options => options.Filters.Add(new PageCacheFilter()));

        // The in-memory server of tests replaces both.
        if (services.LastOrDefault(service => service.ServiceType == typeof(IServer)) is { ImplementationType: { } kestrel } server)
        {
            services.Remove(server);
            services.AddSingleton<IServer>(provider =>
                new CachedPageServer((IServer)ActivatorUtilities.CreateInstance(provider, kestrel), provider));
        }

        return services;
    }

    public static IApplicationBuilder UsePageCache(this IApplicationBuilder app) => app.UseMiddleware<PageCacheMiddleware>();
}
