using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;

namespace PhysioSite.Features.Appointments.Patient;

public sealed class ReceiptModel(ContentLibrary library, AppointmentService appointments, TimeProvider time) : PageModel
{
    public SiteContent SiteContent { get; } = library.Current;

    public AppointmentRequest AppointmentRequest { get; private set; } = null!;

    public RequestClinic Clinic { get; private set; } = null!;

    public ReceiptNote? Note { get; private set; }

    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    /// <summary>Whether the private link was also sent by email.</summary>
    public bool WasConfirmed { get; private set; }

    public string Token { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync([FromRoute] string token, CancellationToken cancellationToken)
    {
        if (await appointments.FindByTokenAsync(token, cancellationToken) is not { } request)
        {
            return NotFound();
        }

        (AppointmentRequest, Clinic, Token) = (request, new RequestClinic(request, SiteContent), token);
        Note = ReceiptNote.Find(TempData, token);
        WasConfirmed = await appointments.WasConfirmedAsync(request, cancellationToken);
        return Page();
    }
}
