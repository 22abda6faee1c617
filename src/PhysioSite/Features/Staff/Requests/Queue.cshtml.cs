using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>Lists the requests of the user's clinics, the earliest due first.</summary>
public sealed class QueueModel(StaffScope scope, RequestWorkflow workflow, ColumnEncryption encryption, TimeProvider time) : PageModel
{
    /// <summary>ID of the filter for held requests.</summary>
    public const string Held = "held";

    private const int PageSize = 50;

    /// <summary>Queue filters: ID, display name and the states they include.</summary>
    public static readonly IReadOnlyList<(string Id, string Name, RequestState[] States)> Filters =
    [
        ("waiting", "Waiting for us", [.. AppointmentRequest.WaitingStates]),
        ("new", "New", [RequestState.New]),
        ("claimed", "Claimed", [RequestState.Claimed]),
        ("no-answer", "No answer yet", [RequestState.NoAnswer]),
        ("scheduled", "Scheduled", [RequestState.Scheduled]),
        ("closed", "Closed", [RequestState.Closed]),
        ("withdrawn", "Canceled", [RequestState.Withdrawn]),
        (Held, "Held as possible spam", [RequestState.Held]),
        ("all", "All", Enum.GetValues<RequestState>()),
    ];

    public IReadOnlyList<Clinic> Clinics { get; private set; } = [];

    public IReadOnlyList<QueueRow> Rows { get; private set; } = [];

    public string? ClinicSlug { get; private set; }

    public string State { get; private set; } = Filters[0].Id;

    public int Number { get; private set; } = 1;

    public bool HasMore { get; private set; }

    public int Overdue { get; private set; }

    public int HeldCount { get; private set; }

    public async Task OnGetAsync(
        [FromQuery] string? clinic, [FromQuery] string? state, [FromQuery] int? page, CancellationToken cancellationToken)
    {
        Clinics = await scope.ClinicsAsync(cancellationToken);
        var chosen = await scope.FindClinicAsync(clinic, cancellationToken);
        ClinicSlug = chosen?.Slug;
        var filter = Filters.FirstOrDefault(found => found.Id == state) is { Id: not null } known ? known : Filters[0];
        State = filter.Id;
        Number = Math.Clamp(page ?? 1, 1, 10_000);

        var now = time.GetUtcNow().UtcDateTime;
        var requests = await scope.RequestsAsync(cancellationToken);
        if (chosen is not null)
        {
            requests = requests.Where(AppointmentRequest.BelongsTo(chosen));
        }

        Overdue = await requests.CountAsync(AppointmentRequest.OverdueAt(now), cancellationToken);
        HeldCount = await requests.CountAsync(request => request.State == RequestState.Held, cancellationToken);
        var rows = await requests
            .Where(request => filter.States.Contains(request.State)
                && (request.ErasedUtc == null || filter.Id == "closed" || filter.Id == "all"))
            .OrderBy(request => request.DueUtc).ThenBy(request => request.Id)
            .Skip((Number - 1) * PageSize).Take(PageSize + 1)
            .Select(QueueRow.Columns(encryption, now))
            .ToListAsync(cancellationToken);
        HasMore = rows.Count > PageSize;
        Rows = [.. rows.Take(PageSize)];
    }

    public async Task<IActionResult> OnPostReleaseAsync([FromForm] string reference, CancellationToken cancellationToken)
    {
        var result = await workflow.ReleaseAsync(reference, cancellationToken);
        if (result == ChangeResult.NotFound)
        {
            return NotFound();
        }

        if (result == ChangeResult.NotStored)
        {
            return ExpiredForm.Show(HttpContext, StatusCodes.Status503ServiceUnavailable);
        }

        TempData["done"] = result switch
        {
            ChangeResult.Done => $"{reference} released: the clinic and the patient are being emailed now",
            ChangeResult.PatientNotWrittenTo =>
                $"{reference} released: the clinic is being emailed now. {ChangeResultTexts.PatientNotWrittenTo}",
            ChangeResult.ClinicRemoved => $"{reference} was not released. {ChangeResultTexts.ClinicRemoved}",
            ChangeResult.Unreadable => $"{reference} was not released. {ChangeResultTexts.Unreadable}",
            _ => $"{reference} is held no longer: someone was faster",
        };
        return RedirectToPage(new { state = Held });
    }
}
