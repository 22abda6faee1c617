using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Delivery;

public sealed record EmailRow(
    Guid Id,
    EmailKind Kind,
    bool IsAboutARequest,
    string Reference,
    string ClinicSlug,
    OutboxState State,
    int Attempts,
    DateTime CreatedUtc,
    DateTime NextAttemptUtc,
    DateTime? SentUtc,
    string? LastError);

/// <summary>Lists waiting, failed and sent emails without their content.</summary>
public sealed class DeliveryModel(
    StaffScope scope, OutboxService outbox, OutboxWorker worker, IEmailTransport transport, ContentLibrary library) : PageModel
{
    private const int Most = 100;

    public OutboxState? State { get; private set; }

    public IReadOnlyDictionary<OutboxState, int> Counts { get; private set; } = new Dictionary<OutboxState, int>();

    public IReadOnlyList<EmailRow> Rows { get; private set; } = [];

    public string Transport => transport.Description;

    /// <summary>Whether email content can be read here. True only when emails are written to a pickup folder and not delivered.</summary>
    public bool CanRead => transport is PickupFolderTransport;

    public DeliveryPause? Pause => worker.Pause;

    public string ClinicName(string slug) => library.Current.FindClinic(slug)?.Name ?? slug;

    public Clinic? Clinic(string slug) => library.Current.FindClinic(slug);

    public async Task OnGetAsync([FromQuery] string? state, CancellationToken cancellationToken)
    {
        State = Enum.TryParse<OutboxState>(state, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted) ? wanted : null;
        var emails = await scope.EmailsAsync(cancellationToken);
        Counts = await emails
            .GroupBy(email => email.State)
            .Select(group => new { State = group.Key, Number = group.Count() })
            .ToDictionaryAsync(group => group.State, group => group.Number, cancellationToken);
        Rows = await emails
            .Where(email => State == null || email.State == State)
            .OrderByDescending(email => email.CreatedUtc).ThenByDescending(email => email.Id)
            .Take(Most)
            .Select(email => new EmailRow(
                email.Id,
                email.Kind,
                email.RequestId != null,
                email.Reference,
                email.ClinicSlug,
                email.State,
                email.Attempts,
                email.CreatedUtc,
                email.NextAttemptUtc,
                email.SentUtc,
                email.LastError))
            .ToListAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostSendAgainAsync([FromForm] Guid id, CancellationToken cancellationToken)
    {
        if (!await (await scope.EmailsAsync(cancellationToken)).AnyAsync(email => email.Id == id, cancellationToken))
        {
            return NotFound();
        }

        TempData["done"] = await outbox.SendAgainAsync(id, cancellationToken)
            ? "The email is on its way again"
            : "The email was waiting to be sent already";
        return RedirectToPage();
    }
}
