using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Text;
using PhysioSite.Web;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary>The target of the setup link of a new site. The link is valid until the site has an administrator.</summary>
[AllowAnonymous]
public sealed class FirstAdministratorModel(
    StaffDirectory directory,
    StaffSignInService signIn,
    IValidator<FirstAdministratorForm> validator,
    PostLimit limit) : PageModel
{
    public bool IsGenuine { get; private set; }

    [BindProperty]
    [FromForm(Name = "")]
    public FirstAdministratorForm Form { get; set; } = new();

    /// <param name="code">The code from the one-time link; null after the redirect that moves it to a cookie.</param>
    public async Task<IActionResult> OnGetAsync([FromQuery] string? code)
    {
        if (code is not null)
        {
            OneTimeLink.Save(HttpContext, code);
            return RedirectToPage();
        }

        IsGenuine = await directory.IsFirstAdministratorCodeAsync(OneTimeLink.Read(HttpContext));
        Response.StatusCode = IsGenuine ? StatusCodes.Status200OK : StatusCodes.Status410Gone;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await limit.RefusesSignInAsync(HttpContext, null))
        {
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }

        IsGenuine = await directory.IsFirstAdministratorCodeAsync(OneTimeLink.Read(HttpContext));
        if (!IsGenuine)
        {
            Response.StatusCode = StatusCodes.Status410Gone;
            return Page();
        }

        (await validator.ValidateAsync(Form, cancellationToken)).AddToModelState(ModelState);
        if (ModelState.ErrorCount > 0)
        {
            return Page();
        }

        var (member, result) = await directory.AddFirstAdministratorAsync(Form.Email!.Trim(), UserText.OneLine(Form.Name)!, Form.Password!);
        if (member is not null)
        {
            OneTimeLink.Delete(HttpContext);
            if (!await signIn.TrySignInAsync(HttpContext, member))
            {
                TempData["done"] = "Your password is set. Sign in with it";
                return RedirectToPage("/Staff/Accounts/SignIn/SignIn");
            }

            return RedirectToPage("/Staff/Requests/Queue");
        }

        if (!result.Succeeded)
        {
            return StaffErrorDescriber.Show(this, result);
        }

        // Another request created the first administrator in the meantime.
        IsGenuine = false;
        Response.StatusCode = StatusCodes.Status410Gone;
        return Page();
    }
}
