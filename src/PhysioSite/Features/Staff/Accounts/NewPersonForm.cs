using FluentValidation;
using PhysioSite.Content;

namespace PhysioSite.Features.Staff.Accounts;

public sealed class NewPersonForm
{
    public string? Name { get; set; }

    public string? Email { get; set; }

    public string? Role { get; set; } = StaffRoles.Staff;

    public string[] Clinics { get; set; } = [];
}

internal sealed class NewPersonFormValidator : AbstractValidator<NewPersonForm>
{
    public NewPersonFormValidator(ContentLibrary library)
    {
        RuleFor(form => form.Name).IsPersonName("the person’s name");
        RuleFor(form => form.Email).IsEmailAddress(StaffErrorDescriber.EmailMessage);
        RuleFor(form => form.Role).Must(role => role is StaffRoles.Staff or StaffRoles.Administrator).WithMessage("Choose a role");
        RuleFor(form => form.Clinics)
            .Must((form, clinics) => clinics.All(slug => library.Current.FindClinic(slug) is not null)
                && (form.Role != StaffRoles.Staff || clinics.Length > 0))
            .WithMessage("Choose at least one clinic");
    }
}
