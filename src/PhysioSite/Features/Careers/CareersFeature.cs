namespace PhysioSite.Features.Careers;

public static class CareersFeature
{
    public static IServiceCollection AddCareers(this IServiceCollection services)
    {
        services.AddSingleton<JobOpenings>();
        return services;
    }
}
