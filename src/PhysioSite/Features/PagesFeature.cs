using Microsoft.AspNetCore.Mvc.Filters;
using PhysioSite.Features.Staff;
using PhysioSite.Languages;

namespace PhysioSite.Features;

public static class PagesFeature
{
    private static readonly string[] Private = ["/Appointments", "/Staff"];

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

            foreach (var folder in InEveryLanguage)
            {
                options.Conventions.AddFolderApplicationModelConvention(folder, model => model.EndpointMetadata.Add(new Translated()));
            }

            // What a patient typed, or staff may see, is kept by no cache.
            foreach (var folder in Private)
            {
                options.Conventions.AddFolderApplicationModelConvention(folder, model => model.Filters.Add(new NoStore()));
            }
        });
        return services;
    }

    /// <summary>A response-cache attribute added by a convention is a filter of actions, which pages do not run.</summary>
    private sealed class NoStore : IAlwaysRunResultFilter
    {
        public void OnResultExecuting(ResultExecutingContext context) => context.HttpContext.Response.Headers.CacheControl = "no-store,no-cache";

        public void OnResultExecuted(ResultExecutedContext context)
        {
        }
    }
}
