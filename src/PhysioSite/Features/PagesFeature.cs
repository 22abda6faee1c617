using Microsoft.AspNetCore.Mvc;
using PhysioSite.Features.Staff;

namespace PhysioSite.Features;

public static class PagesFeature
{
    private static readonly string[] Private = ["/Appointments", "/Staff"];

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorPages(options =>
        {
            options.RootDirectory = "/Features";
            options.Conventions.AuthorizeFolder("/Staff");
            options.Conventions.AuthorizePage("/Staff/People", StaffRoles.Administrator);
            options.Conventions.AuthorizePage("/Staff/Person", StaffRoles.Administrator);

            // What a patient typed, or staff may see, is kept by no cache.
            foreach (var folder in Private)
            {
                options.Conventions.AddFolderApplicationModelConvention(folder, model => model.Filters.Add(new ResponseCacheAttribute { NoStore = true, Location = ResponseCacheLocation.None }));
            }
        });
        return services;
    }
}
