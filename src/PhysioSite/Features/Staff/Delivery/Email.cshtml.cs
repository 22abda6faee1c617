using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Delivery;

/// <summary>
/// Shows one email as written, on a site without a mail server. Otherwise returns 404: only the recipient may read the email.
/// </summary>
public sealed class EmailModel(StaffScope scope, IEmailTransport transport) : PageModel
{
    public OutboxEmail Email { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellationToken)
    {
        if (transport is not PickupFolderTransport
            || await (await scope.EmailsAsync(cancellationToken))
                .AsNoTracking()
                .SingleOrDefaultAsync(email => email.Id == id, cancellationToken) is not { } email)
        {
            return NotFound();
        }

        Email = email;
        return Page();
    }
}
