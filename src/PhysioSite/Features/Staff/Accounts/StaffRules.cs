using FluentValidation;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary>Validation rules shared by forms about people.</summary>
internal static class StaffRules
{
    private const int LongestName = 100;
    private const int LongestEmail = 254;

    /// <param name="whose">For example "your name".</param>
    public static void IsPersonName<T>(this IRuleBuilder<T, string?> rule, string whose) => rule
        .Must(text => UserText.OneLine(text) is { Length: <= LongestName } name && UserText.IsReadable(name))
        .WithMessage($"Enter {whose}, of at most {LongestName} characters");

    public static void IsEmailAddress<T>(this IRuleBuilder<T, string?> rule, string message) => rule
        .Must(text => UserText.IsReadable(text)
            && text?.Trim() is { Length: <= LongestEmail } typed
            && EmailAddress.IsValid(typed))
        .WithMessage(message);
}
