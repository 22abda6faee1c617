using FluentValidation;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using PhysioSite.Content;

namespace PhysioSite.Features.Staff.Accounts;

public sealed class PersonForm
{
    /// <summary>Slugs.</summary>
    public string[] Clinics { get; set; } = [];

    /// <summary>Whether the person may sign in.</summary>
    public bool Active { get; set; }

    /// <summary>The clinics of the person that are no longer part of the content. Set by the page, not by the form.</summary>
    [BindNever]
    public IReadOnlyList<string> Removed { get; set; } = [];
}

internal sealed class PersonFormValidator : AbstractValidator<PersonForm>
{
    public PersonFormValidator(ContentLibrary library)
    {
        RuleFor(form => form.Clinics)
            .Must((form, clinics) => clinics.All(slug => library.Current.FindClinic(slug) is not null || form.Removed.Contains(slug)))
            .WithMessage("Choose clinics from the list");
    }
}
