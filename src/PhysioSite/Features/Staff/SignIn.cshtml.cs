using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using PhysioSite.Data;
using PhysioSite.Hosting;

namespace PhysioSite.Features.Staff;

/// <summary>Signing in and out. It checks the antiforgery token itself, so that one that has expired is answered by the form with a new one.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[EnableRateLimiting(RateLimits.SignIn)]
public sealed class SignInModel(StaffDoor door, SignInManager<StaffMember> signIn, IAntiforgery antiforgery) : PageModel
{
    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    /// <summary>Whether the person comes here because their session has ended.</summary>
    public bool HasEnded { get; private set; }

    public string? Error { get; private set; }

    /// <summary>Where to sign in on the way to a page.</summary>
    internal static string Address(string page, bool ended) =>
        "/staff/sign-in" + QueryString.Create("to", page) + (ended ? "&ended=true" : "");

    public IActionResult OnGet(bool ended)
    {
        HasEnded = ended;
        return User.Identity?.IsAuthenticated == true ? Onward() : Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await IsOursAsync())
        {
            return Again("This page had been open for too long, or your browser keeps no cookies. Enter your password again.");
        }

        // One answer for every reason, so that nobody learns who has an account.
        return await door.OpenAsync(HttpContext, Email, Password)
            ? Onward()
            : Again("The email address or the password is not right, or there were too many tries. Check both, or wait 15 minutes.");
    }

    public async Task<IActionResult> OnPostSignOutAsync()
    {
        if (!await IsOursAsync())
        {
            return UnsentForm.Show(HttpContext, StatusCodes.Status400BadRequest);
        }

        await signIn.SignOutAsync();
        Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return RedirectToPage("/Staff/SignIn");
    }

    private async Task<bool> IsOursAsync()
    {
        try
        {
            return await antiforgery.IsRequestValidAsync(HttpContext);
        }
        catch (AntiforgeryValidationException)
        {
            // It is no form, or one that cannot be read.
            return false;
        }
    }

    private PageResult Again(string error)
    {
        Error = error;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private LocalRedirectResult Onward() => LocalRedirect(Url.IsLocalUrl(To) ? To : "/staff");
}
