using FluentValidation;
using PhysioSite.Features.Staff.Accounts.Passwords;

namespace PhysioSite.Features.Staff.Accounts;

public sealed class FirstAdministratorForm
{
    public string? Name { get; set; } = "Administrator";

    public string? Email { get; set; }

    public string? Password { get; set; }
}

/// <summary>Does not check password strength; <see cref="PasswordRules"/> does so when the password is set.</summary>
internal sealed class FirstAdministratorFormValidator : AbstractValidator<FirstAdministratorForm>
{
    public FirstAdministratorFormValidator()
    {
        RuleFor(form => form.Name).IsPersonName("your name");
        RuleFor(form => form.Email).IsEmailAddress("Enter your email address, like name@example.com");
        RuleFor(form => form.Password).Must(password => !string.IsNullOrEmpty(password))
            .WithMessage($"Choose a password of at least {PasswordRules.Shortest} characters");
    }
}
