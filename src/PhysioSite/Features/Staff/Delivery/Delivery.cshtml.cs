using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Delivery;

public sealed record EmailRow(
    Guid Id, EmailKind Kind, string About, string Scope, OutboxState State, int Attempts, DateTime CreatedUtc, DateTime NextAttemptUtc, DateTime? SentUtc, string? LastError);

/// <summary>Lists waiting, failed and sent emails without their content.</summary>
public sealed class DeliveryModel(StaffScope scope, OutboxWriter outbox, OutboxWorker worker, IEmailTransport transport, ContentLibrary library) : PageModel
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
        var mails = await scope.MailsAsync(cancellationToken);
        Counts = await mails.GroupBy(mail => mail.State).Select(group => new { State = group.Key, Number = group.Count() })
            .ToDictionaryAsync(group => group.State, group => group.Number, cancellationToken);
        Rows = await mails
            .Where(mail => State == null || mail.State == State)
            .OrderByDescending(mail => mail.CreatedUtc).ThenByDescending(mail => mail.Id)
            .Take(Most)
            .Select(mail => new EmailRow(mail.Id, mail.Kind, mail.About, mail.Scope, mail.State, mail.Attempts, mail.CreatedUtc, mail.NextAttemptUtc, mail.SentUtc, mail.LastError))
            .ToListAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostSendAgainAsync([FromForm] Guid id, CancellationToken cancellationToken)
    {
        if (!await (await scope.MailsAsync(cancellationToken)).AnyAsync(mail => mail.Id == id, cancellationToken))
        {
            return NotFound();
        }

        TempData["done"] = await outbox.SendAgainAsync(id, cancellationToken) ? "The mail is on its way again" : "The mail was waiting to be sent already";
        return RedirectToPage();
    }
}
