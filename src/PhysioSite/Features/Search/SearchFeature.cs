namespace PhysioSite.Features.Search;

public static class SearchFeature
{
    public static IServiceCollection AddSearch(this IServiceCollection services)
    {
        services.AddSingleton<SiteSearch>();
        return services;
    }
}
