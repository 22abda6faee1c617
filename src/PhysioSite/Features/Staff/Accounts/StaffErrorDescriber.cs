using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Features.Staff.Accounts.Passwords;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary>Describes Identity errors in words that tell the user what to do.</summary>
internal sealed class StaffErrorDescriber : IdentityErrorDescriber
{
    public override IdentityError DefaultError() => Error(nameof(DefaultError), "Nothing was saved. Try again");

    public override IdentityError ConcurrencyFailure() => Error(
        nameof(ConcurrencyFailure),
        "Someone else changed this person at the same moment, so nothing was saved. Check your answers and save them again");

    public static IdentityError NotStored() => Error(nameof(NotStored), ExpiredForm.NotStored);

    public override IdentityError PasswordMismatch() => Error(
        nameof(PasswordMismatch), "The current password is not right, or there were too many tries. Check it, or wait 15 minutes");

    public override IdentityError InvalidToken() => Error(
        nameof(InvalidToken), "This link no longer works. Ask an administrator for a new one");

    public override IdentityError InvalidEmail(string? email) => Error(nameof(InvalidEmail), EmailMessage);

    public override IdentityError InvalidUserName(string? userName) => Error(nameof(InvalidUserName), EmailMessage);

    public override IdentityError DuplicateEmail(string email) => Error(nameof(DuplicateEmail), DuplicateMessage);

    public override IdentityError DuplicateUserName(string userName) => Error(nameof(DuplicateUserName), DuplicateMessage);

    internal const string EmailMessage = "Enter an email address like name@example.com";

    private const string DuplicateMessage = "This address belongs to someone on the list already";

    /// <summary>
    /// Returns the page with each error next to its field; with status 409 after a concurrency conflict, and with 503
    /// when the change could not be stored.
    /// </summary>
    public static PageResult Show(PageModel page, IdentityResult result)
    {
        foreach (var error in result.Errors)
        {
            page.ModelState.AddModelError(FieldOf(error.Code), error.Description);
        }

        if (result.Errors.Any(error => error.Code == nameof(ConcurrencyFailure)))
        {
            page.Response.StatusCode = StatusCodes.Status409Conflict;
        }
        else if (result.Errors.Any(error => error.Code == nameof(NotStored)))
        {
            page.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }

        return page.Page();
    }

    /// <summary>The field an error belongs to; empty when it belongs to none.</summary>
    private static string FieldOf(string code) => code switch
    {
        nameof(PasswordMismatch) => "Current",
        PasswordRules.Refused => "Password",
        nameof(InvalidEmail) or nameof(InvalidUserName) or nameof(DuplicateEmail) or nameof(DuplicateUserName) => "Email",
        _ => "",
    };

    private static IdentityError Error(string code, string description) => new() { Code = code, Description = description };
}
