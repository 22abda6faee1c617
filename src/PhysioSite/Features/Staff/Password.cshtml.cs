using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using PhysioSite.Data;
using PhysioSite.Hosting;

namespace PhysioSite.Features.Staff;

/// <summary>Someone who is signed in sets another password, with the one they have.</summary>
[EnableRateLimiting(RateLimits.SignIn)]
public sealed class PasswordModel(StaffDirectory directory, StaffScope scope, StaffDoor door) : PageModel
{
    public string Email { get; private set; } = "";

    [BindProperty]
    public string? Current { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public IReadOnlyList<(string Field, string Message)> Errors { get; private set; } = [];

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await door.ChangePasswordAsync(HttpContext, await LoadAsync(cancellationToken), Current, Password);
        if (result.Succeeded)
        {
            TempData["done"] = "Your password is changed";
            return RedirectToPage("/Staff/Queue");
        }

        Errors = [.. result.Errors.Select(error => error.Code == nameof(IdentityErrorDescriber.PasswordMismatch)
            ? ("current", "The current password is not right, or there were too many tries. Check it, or wait 15 minutes")
            : ("password", error.Description))];
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private async Task<StaffMember> LoadAsync(CancellationToken cancellationToken)
    {
        var member = await directory.FindAsync(scope.Actor.Id, cancellationToken);
        Email = member!.Email!;
        return member;
    }
}
