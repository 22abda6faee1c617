using System.Net.Mail;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using PhysioSite.Hosting;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff;

/// <summary>Where the link of a new site leads. It works until the site has an administrator.</summary>
[AllowAnonymous]
[EnableRateLimiting(RateLimits.SignIn)]
public sealed class FirstAdministratorModel(StaffDirectory directory, StaffDoor door) : PageModel
{
    public bool IsGenuine { get; private set; }

    [BindProperty]
    public string? Name { get; set; } = "Administrator";

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public IReadOnlyList<(string Field, string Message)> Errors { get; private set; } = [];

    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.Field == field).Message;

    /// <param name="code">Of a link that was just opened.</param>
    public async Task<IActionResult> OnGetAsync(string? code)
    {
        if (code is not null)
        {
            LinkCode.Keep(HttpContext, code);
            return RedirectToPage();
        }

        IsGenuine = await directory.IsFirstAdministratorCodeAsync(LinkCode.Find(HttpContext));
        Response.StatusCode = IsGenuine ? StatusCodes.Status200OK : StatusCodes.Status410Gone;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        IsGenuine = await directory.IsFirstAdministratorCodeAsync(LinkCode.Find(HttpContext));
        if (!IsGenuine)
        {
            Response.StatusCode = StatusCodes.Status410Gone;
            return Page();
        }

        Errors = [.. Problems()];
        if (Errors.Count == 0)
        {
            var (member, result) = await directory.AddFirstAdministratorAsync(Email!.Trim(), TypedText.OneLine(Name)!, Password ?? "");
            if (member is not null)
            {
                LinkCode.Forget(HttpContext);
                await door.AdmitAsync(HttpContext, member);
                return RedirectToPage("/Staff/Queue");
            }

            Errors = [.. result.Errors.Select(error => (error.Code.StartsWith("Password", StringComparison.Ordinal) ? "password" : "email", error.Description))];
            IsGenuine = Errors.Count > 0;
        }

        Response.StatusCode = IsGenuine ? StatusCodes.Status400BadRequest : StatusCodes.Status410Gone;
        return Page();
    }

    private IEnumerable<(string Field, string Message)> Problems()
    {
        if (TypedText.OneLine(Name) is not { Length: <= 100 } name || !TypedText.IsReadable(name))
        {
            yield return ("name", "Enter your name, of at most 100 characters");
        }

        if (!TypedText.IsReadable(Email) || !MailAddress.TryCreate(Email?.Trim(), out var address) || address.Address != Email?.Trim())
        {
            yield return ("email", "Enter your email address, like name@example.com");
        }

        if (string.IsNullOrEmpty(Password))
        {
            yield return ("password", $"Choose a password of at least {PasswordRules.Shortest} characters");
        }
    }
}
