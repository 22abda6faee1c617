using PhysioSite.Features.Staff;
using PhysioSite.Languages;

namespace PhysioSite.Features;

public static class PagesFeature
{
    /// <summary>What is there in every language. Careers and the staff desk are in English.</summary>
    private static readonly string[] InEveryLanguage = ["/Home", "/Articles", "/Symptoms", "/Clinics", "/Appointments", "/Search", "/Info"];

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorPages(options =>
        {
            options.RootDirectory = "/Features";
            options.Conventions.AuthorizeFolder("/Staff");
            options.Conventions.AuthorizePage("/Staff/People", StaffRoles.Administrator);
            options.Conventions.AuthorizePage("/Staff/Person", StaffRoles.Administrator);

            options.Conventions.AddFolderApplicationModelConvention("/Staff", model => model.Filters.Add(new UnsentFormFilter()));

            foreach (var folder in InEveryLanguage)
            {
                options.Conventions.AddFolderApplicationModelConvention(folder, model => model.EndpointMetadata.Add(new Translated()));
            }
        });
        return services;
    }
}
