using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using PhysioSite.Features.Shared;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Localization;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features;

public static class PagesFeature
{
    /// <summary>What is there in every language. Careers and the staff desk are in English.</summary>
    private static readonly string[] InEveryLanguage = ["/Home", "/Articles", "/Clinics", "/Appointments", "/Search", "/Info"];

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
            });

            foreach (var folder in InEveryLanguage)
            {
                options.Conventions.AddFolderApplicationModelConvention(folder, model => model.EndpointMetadata.Add(new Translated()));
            }
        });
        services.Configure<MvcOptions>(options =>
        {
            options.Filters.Add(new FormResponseFilter());
            // What an answer must be is said by the validators alone.
            options.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
            SetMessages(options.ModelBindingMessageProvider);
        });

        // One of each for all requests: building a rule compiles an expression, which takes longer than checking a form.
        services.AddValidatorsFromAssemblyContaining<Program>(ServiceLifetime.Singleton, includeInternalTypes: true);
        return services;
    }

    /// <summary>Of values that cannot be bound. The framework's own repeat what was posted, and are in English alone.</summary>
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
