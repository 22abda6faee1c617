namespace PhysioSite.Features.Search;

public static class SearchFeature
{
    public static IServiceCollection AddSearch(this IServiceCollection services)
    {
        services.AddSingleton<SearchIndexFiles>();
        services.AddSingleton<SiteSearch>();
        services.AddHostedService<SearchPreparation>();
        return services;
    }
}
