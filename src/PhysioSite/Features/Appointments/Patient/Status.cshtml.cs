using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Web;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Patient;

/// <summary>The patient's private page. A GET request changes nothing, because email scanners also open links.</summary>
public sealed class StatusModel(ContentLibrary library, AppointmentService appointments, PostLimit limit) : PageModel
{
    public SiteContent SiteContent { get; } = library.Current;

    public AppointmentRequest AppointmentRequest { get; private set; } = null!;

    public RequestClinic Clinic { get; private set; } = null!;

    public string Token { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync([FromRoute] string token, CancellationToken cancellationToken) =>
        await LoadAsync(token, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostWithdrawAsync([FromRoute] string token, CancellationToken cancellationToken)
    {
        if (limit.RefusesPublicPost(HttpContext))
        {
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }

        if (!await LoadAsync(token, cancellationToken))
        {
            return NotFound();
        }

        if (await appointments.WithdrawAsync(AppointmentRequest, cancellationToken) != ChangeResult.NotStored)
        {
            return RedirectToPage(new { token });
        }

        ModelState.AddModelError("", Localize(
            $"We could not store that, so your request is not withdrawn. Please try again in a minute, or call {Clinic.Phone}."));
        Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return await LoadAsync(token, cancellationToken) ? Page() : NotFound();
    }

    private async Task<bool> LoadAsync(string token, CancellationToken cancellationToken)
    {
        if (await appointments.FindByTokenAsync(token, cancellationToken) is not { } request)
        {
            return false;
        }

        (AppointmentRequest, Clinic, Token) = (request, new RequestClinic(request, SiteContent), token);
        return true;
    }
}
