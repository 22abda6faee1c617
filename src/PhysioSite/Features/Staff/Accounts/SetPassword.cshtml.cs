using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Data;
using PhysioSite.Features.Staff.Accounts.Passwords;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Web;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary><see cref="PasswordRules"/> validates the new password when it is set.</summary>
public sealed class SetPasswordForm
{
    /// <summary>The person for whom the form was rendered. This browser may have opened another person's link since then.</summary>
    public Guid Person { get; set; }

    public string? Password { get; set; }
}

/// <summary>The target of a one-time link: the person sets a password and is signed in.</summary>
[AllowAnonymous]
public sealed class SetPasswordModel(StaffDirectory directory, StaffSignInService signIn, PostLimit limit) : PageModel
{
    public StaffMember? Member { get; private set; }

    [BindProperty]
    [FromForm(Name = "")]
    public SetPasswordForm Form { get; set; } = new();

    /// <param name="person">From the one-time link, as is <paramref name="code"/>.</param>
    public async Task<IActionResult> OnGetAsync([FromQuery] Guid person, [FromQuery] string? code)
    {
        if (code is not null)
        {
            OneTimeLink.Save(HttpContext, $"{person:N}.{code}");
            return RedirectToPage();
        }

        await FindAsync();
        Response.StatusCode = Member is null ? StatusCodes.Status410Gone : StatusCodes.Status200OK;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await limit.RefusesSignInAsync(HttpContext, null))
        {
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }

        var code = await FindAsync();
        if (Member is null || Member.Id != Form.Person)
        {
            Member = null;
            Response.StatusCode = StatusCodes.Status410Gone;
            return Page();
        }

        var result = await directory.SetPasswordAsync(Member, code, Form.Password ?? "");
        if (!result.Succeeded)
        {
            return StaffErrorDescriber.Show(this, result);
        }

        OneTimeLink.Delete(HttpContext);
        if (!await signIn.TrySignInAsync(HttpContext, Member))
        {
            TempData["done"] = "Your password is set. Sign in with it";
            return RedirectToPage("/Staff/Accounts/SignIn/SignIn");
        }

        return RedirectToPage("/Staff/Requests/Queue");
    }

    private async Task<string> FindAsync()
    {
        var (person, code) = OneTimeLink.Read(HttpContext)?.Split('.', 2) is [var id, var kept] ? (id, kept) : ("", "");
        Member = Guid.TryParseExact(person, "N", out var whose) ? await directory.FindByCodeAsync(whose, code) : null;
        return code;
    }
}
