using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Data;
using PhysioSite.Features.Staff.Accounts.Passwords;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Web;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary><see cref="PasswordRules"/> validates the new password when it is set.</summary>
public sealed class PasswordForm
{
    public string? Current { get; set; }

    public string? Password { get; set; }
}

/// <summary>Lets a signed-in member of staff change their password. The current password is required.</summary>
public sealed class PasswordModel(StaffDirectory directory, StaffScope scope, StaffSignInService signIn, PostLimit limit) : PageModel
{
    public string Email { get; private set; } = "";

    [BindProperty]
    [FromForm(Name = "")]
    public PasswordForm Form { get; set; } = new();

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await limit.RefusesSignInAsync(HttpContext, $"password of {scope.Actor.Id}"))
        {
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }

        var result = await signIn.ChangePasswordAsync(HttpContext, await LoadAsync(cancellationToken), Form.Current, Form.Password);
        if (result.Succeeded)
        {
            TempData["done"] = "Your password was changed";
            return RedirectToPage("/Staff/Requests/Queue");
        }

        return StaffErrorDescriber.Show(this, result);
    }

    private async Task<StaffMember> LoadAsync(CancellationToken cancellationToken)
    {
        var member = await directory.FindAsync(scope.Actor.Id, cancellationToken);
        Email = member!.Email!;
        return member;
    }
}
