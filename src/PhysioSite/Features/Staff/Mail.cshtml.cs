using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Email;

namespace PhysioSite.Features.Staff;

/// <summary>One mail as it was written, for a site without a mail server. Otherwise it is its recipient's, and not there.</summary>
public sealed class MailModel(StaffScope scope, IEmailTransport transport) : PageModel
{
    public OutboxMail Mail { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellationToken)
    {
        if (transport is not FolderTransport
            || await (await scope.MailsAsync(cancellationToken)).AsNoTracking().SingleOrDefaultAsync(mail => mail.Id == id, cancellationToken) is not { } mail)
        {
            return NotFound();
        }

        Mail = mail;
        return Page();
    }
}
