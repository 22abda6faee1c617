using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using PhysioSite.Data;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Web;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>Has no validator: whatever is wrong with it gets the same answer.</summary>
public sealed class SignInForm
{
    public string? Email { get; set; }

    public string? Password { get; set; }

    /// <summary>The page to go to afterwards.</summary>
    public string? To { get; set; }
}

/// <summary>Signing in and out. It checks the antiforgery token itself, so that one that has expired is answered by the form with a new one.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[EnableRateLimiting(RateLimits.SignIn)]
public sealed class SignInModel(StaffSignInService door, SignInManager<StaffMember> signIn, IAntiforgery antiforgery) : PageModel
{
    [BindProperty]
    [FromForm(Name = "")]
    public SignInForm Form { get; set; } = new();

    /// <summary>Whether the person comes here because their session has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Where to sign in on the way to a page.</summary>
    internal static string Address(string page, bool ended) =>
        "/staff/sign-in" + QueryString.Create("to", page) + (ended ? "&ended=true" : "");

    public IActionResult OnGet([FromQuery] string? to, [FromQuery] bool ended)
    {
        (Form.To, HasEnded) = (to, ended);
        return User.Identity?.IsAuthenticated == true ? Onward() : Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await IsOursAsync())
        {
            return Again("This page had been open for too long, or your browser keeps no cookies. Enter your password again.");
        }

        // One answer for every reason, so that nobody learns who has an account.
        return await door.OpenAsync(HttpContext, Form.Email, Form.Password)
            ? Onward()
            : Again("The email address or the password is not right, or there were too many tries. Check both, or wait 15 minutes.");
    }

    public async Task<IActionResult> OnPostSignOutAsync()
    {
        if (!await IsOursAsync())
        {
            return ExpiredForm.Show(HttpContext, StatusCodes.Status400BadRequest);
        }

        await signIn.SignOutAsync();
        Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return RedirectToPage("/Staff/Accounts/SignIn/SignIn");
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
        ModelState.AddModelError(nameof(SignInForm.Email), error);
        return Page();
    }

    private LocalRedirectResult Onward() => LocalRedirect(Url.IsLocalUrl(Form.To) ? Form.To : "/staff");
}
