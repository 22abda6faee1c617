using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using PhysioSite.Features.Shared;
using PhysioSite.Features.Shared.Forms;
using PhysioSite.Features.Shared.Layout;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Localization;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features;

public static class PagesFeature
{
    /// <summary>The folders that are available in every language. The staff desk is in English only.</summary>
    private static readonly string[] InEveryLanguage =
        ["/Home", "/Articles", "/Clinics", "/Therapists", "/Areas", "/Careers", "/Appointments", "/Search", "/Info"];

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorPages(options =>
        {
            options.RootDirectory = "/Features";
            options.Conventions.AuthorizeFolder("/Staff");
            options.Conventions.AuthorizePage("/Staff/Accounts/People", StaffRoles.Administrator);
            options.Conventions.AuthorizePage("/Staff/Accounts/Person", StaffRoles.Administrator);

            options.Conventions.AddFolderApplicationModelConvention("/Staff", model =>
            {
                model.Filters.Add(new ExpiredFormFilter());
                model.Filters.Add(new UnreadableFormFilter());
                model.Filters.Add(new StorageFailureFilter());
                model.Filters.Add(new ReturnUrlFilter());
            });

            foreach (var folder in InEveryLanguage)
            {
                options.Conventions.AddFolderApplicationModelConvention(folder, model => model.EndpointMetadata.Add(new Translated()));
            }
        });
        services.Configure<MvcOptions>(options =>
        {
            options.Filters.Add(new RouteValueFilter());
            options.Filters.Add(new FormResponseFilter());
            // Validation is done only by the FluentValidation validators.
            options.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
            SetMessages(options.ModelBindingMessageProvider);
        });

        // Singletons: building a rule compiles an expression, which takes longer than validating a form.
        services.AddSingleton<SiteLinks>();
        services.AddSingleton<BrandMark>();
        services.AddValidatorsFromAssemblyContaining<Program>(ServiceLifetime.Singleton, includeInternalTypes: true);
        return services;
    }

    /// <summary>
    /// Sets the messages for values that cannot be bound. The default messages repeat the posted value and are in English only.
    /// </summary>
    private static void SetMessages(DefaultModelBindingMessageProvider messages)
    {
        messages.SetAttemptedValueIsInvalidAccessor((_, field) => Unreadable(field));
        messages.SetUnknownValueIsInvalidAccessor(Unreadable);
        messages.SetValueMustBeANumberAccessor(Unreadable);
        messages.SetValueIsInvalidAccessor(_ => Localize($"A value cannot be read"));
        messages.SetValueMustNotBeNullAccessor(_ => Localize($"A value is missing"));
        messages.SetNonPropertyAttemptedValueIsInvalidAccessor(_ => Localize($"A value cannot be read"));
        messages.SetNonPropertyUnknownValueIsInvalidAccessor(() => Localize($"A value cannot be read"));
        messages.SetNonPropertyValueMustBeANumberAccessor(() => Localize($"A value cannot be read"));
        messages.SetMissingBindRequiredValueAccessor(field => Localize($"The value of “{field}” is missing"));
        messages.SetMissingKeyOrValueAccessor(() => Localize($"A value is missing"));
        messages.SetMissingRequestBodyRequiredValueAccessor(() => Localize($"A value is missing"));
    }

    private static string Unreadable(string field) => Localize($"The value of “{field}” cannot be read");
}
