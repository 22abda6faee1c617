using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using PhysioSite.Data;
using PhysioSite.Hosting;

namespace PhysioSite.Features.Staff;

[AllowAnonymous]
[EnableRateLimiting(RateLimits.SignIn)]
public sealed partial class SignInModel(SignInManager<StaffMember> signIn, ILogger<SignInModel> log) : PageModel
{
    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    public string? Error { get; private set; }

    public IActionResult OnGet() => User.Identity?.IsAuthenticated == true ? Onward() : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        var result = await signIn.PasswordSignInAsync(Email?.Trim() ?? "", Password ?? "", isPersistent: false, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            return Onward();
        }

        if (result.IsLockedOut)
        {
            LogLockedOut();
        }

        // One answer for every reason, so that nobody learns who has an account.
        Error = "The email address or the password is not right, or there were too many tries. Check both, or wait 15 minutes.";
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    public async Task<IActionResult> OnPostSignOutAsync()
    {
        await signIn.SignOutAsync();
        return RedirectToPage("/Staff/SignIn");
    }

    private LocalRedirectResult Onward() => LocalRedirect(Url.IsLocalUrl(To) ? To : "/staff");

    [LoggerMessage(Level = LogLevel.Warning, Message = "A staff account is locked after too many wrong passwords")]
    private partial void LogLockedOut();
}
