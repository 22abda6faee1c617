using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using PhysioSite.Data;
using PhysioSite.Hosting;

namespace PhysioSite.Features.Staff;

/// <summary>Where a one-time link leads: the person sets a password and is signed in.</summary>
[AllowAnonymous]
[EnableRateLimiting(RateLimits.SignIn)]
public sealed class SetPasswordModel(StaffDirectory directory, SignInManager<StaffMember> signIn) : PageModel
{
    public StaffMember? Member { get; private set; }

    [BindProperty(SupportsGet = true)]
    public Guid Person { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Code { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public IReadOnlyList<string> Errors { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync()
    {
        Member = await directory.FindByCodeAsync(Person, Code);
        Response.StatusCode = Member is null ? StatusCodes.Status410Gone : StatusCodes.Status200OK;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Member = await directory.FindByCodeAsync(Person, Code);
        if (Member is null)
        {
            Response.StatusCode = StatusCodes.Status410Gone;
            return Page();
        }

        var result = await directory.SetPasswordAsync(Member, Code!, Password ?? "");
        if (!result.Succeeded)
        {
            Errors = [.. result.Errors.Select(error => error.Description)];
            Response.StatusCode = StatusCodes.Status400BadRequest;
            return Page();
        }

        await signIn.SignInAsync(Member, isPersistent: false);
        return RedirectToPage("/Staff/Queue");
    }
}
