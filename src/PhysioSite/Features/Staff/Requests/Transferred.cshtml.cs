using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Staff.Requests.Workflow;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>The trace that a clinic keeps of a request which it gave to another one.</summary>
public sealed class TransferredModel(RequestWorkflow workflow, ContentLibrary library, TimeProvider time) : PageModel
{
    public RequestTransfer Transfer { get; private set; } = null!;

    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    public Clinic? Clinic => library.Current.FindClinic(Transfer.FromClinic);

    public string ClinicName(string slug) => library.Current.FindClinic(slug)?.Name ?? slug;

    public async Task<IActionResult> OnGetAsync([FromRoute] string reference, CancellationToken cancellationToken)
    {
        if (await workflow.FindTransferAsync(reference, cancellationToken) is not { } transfer)
        {
            return NotFound();
        }

        Transfer = transfer;
        return Page();
    }
}
