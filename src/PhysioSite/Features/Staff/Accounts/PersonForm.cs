using FluentValidation;
using PhysioSite.Content;

namespace PhysioSite.Features.Staff.Accounts;

public sealed class PersonForm
{
    public string[] Clinics { get; set; } = [];

    /// <summary>Whether the person may sign in.</summary>
    public bool Active { get; set; }
}

internal sealed class PersonFormValidator : AbstractValidator<PersonForm>
{
    public PersonFormValidator(ContentLibrary library)
    {
        RuleFor(form => form.Clinics)
            .Must(clinics => clinics.All(slug => library.Current.FindClinic(slug) is not null)).WithMessage("Choose clinics from the list");
    }
}
