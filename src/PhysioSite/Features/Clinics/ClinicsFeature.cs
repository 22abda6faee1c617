namespace PhysioSite.Features.Clinics;

public static class ClinicsFeature
{
    public static IServiceCollection AddClinics(this IServiceCollection services)
    {
        services.AddSingleton<ZipCodes>();
        services.AddSingleton<ClinicDirectory>();
        return services;
    }
}
