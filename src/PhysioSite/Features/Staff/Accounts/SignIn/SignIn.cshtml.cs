using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Web;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>Has no validator: every invalid input gets the same response.</summary>
public sealed class SignInForm
{
    public string? Email { get; set; }

    public string? Password { get; set; }

    /// <summary>The page to redirect to after sign-in.</summary>
    public string? To { get; set; }
}

/// <summary>
/// Handles sign-in and sign-out. Validates the antiforgery token itself, so that an expired token is answered with the form and a new
/// token.
/// </summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
public sealed class SignInModel(
    StaffSignInService signIn, SignInManager<StaffMember> signInManager, IAntiforgery antiforgery, PostLimit limit, KnownDevices devices)
    : PageModel
{
    [BindProperty]
    [FromForm(Name = "")]
    public SignInForm Form { get; set; } = new();

    /// <summary>Whether the user was redirected here because their session ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The sign-in URL that returns to a page after sign-in.</summary>
    internal static string Address(string page, bool ended) =>
        SitePaths.StaffSignIn + QueryString.Create("to", page) + (ended ? "&ended=true" : "");

    public IActionResult OnGet([FromQuery] string? to, [FromQuery] bool ended)
    {
        (Form.To, HasEnded) = (to, ended);
        return User.Identity?.IsAuthenticated == true ? Onward() : Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await HasValidTokenAsync())
        {
            return Again("This page had been open for too long, or your browser keeps no cookies. Enter your password again.");
        }

        // A browser in which someone has signed in has its own allowance, so that others at the same address cannot use it up.
        if (await limit.RefusesSignInAsync(HttpContext, devices.FindAny(HttpContext)))
        {
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }

        var outcome = await signIn.PasswordSignInAsync(HttpContext, Form.Email, Form.Password);
        if (outcome == PasswordSignInOutcome.NotStored)
        {
            Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Again(
                "The site cannot store anything right now, so nobody can sign in. Your password is right. Try again in a minute, and tell "
                + "the people who run this site.");
        }

        // The response is the same for every refusal, so that it does not reveal which accounts exist.
        return outcome == PasswordSignInOutcome.SignedIn
            ? Onward()
            : Again("The email address or the password is not right, or there were too many tries. Check both, or wait 15 minutes.");
    }

    public async Task<IActionResult> OnPostSignOutAsync()
    {
        if (!await HasValidTokenAsync())
        {
            return ExpiredForm.Show(HttpContext, StatusCodes.Status400BadRequest);
        }

        await signInManager.SignOutAsync();
        Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return RedirectToPage("/Staff/Accounts/SignIn/SignIn");
    }

    private async Task<bool> HasValidTokenAsync()
    {
        try
        {
            return await antiforgery.IsRequestValidAsync(HttpContext);
        }
        catch (AntiforgeryValidationException)
        {
            // The request body is not a form or cannot be parsed.
            return false;
        }
    }

    private PageResult Again(string error)
    {
        ModelState.AddModelError(nameof(SignInForm.Email), error);
        return Page();
    }

    private LocalRedirectResult Onward() => LocalRedirect(Url.IsLocalUrl(Form.To) ? Escape(Form.To) : SitePaths.StaffDesk);

    /// <summary>Escapes characters that a header cannot contain. The value was decoded when it was bound.</summary>
    private static string Escape(string path) => string.Concat(path.EnumerateRunes().Select(rune =>
        rune.Value is > ' ' and <= '~' ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
}
