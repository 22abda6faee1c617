using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Export;

/// <summary>
/// Exports the queue as a file, with the filters of its page. The file does not contain the complaint or the patient's message. Held
/// requests are excluded because they are not released yet.
/// </summary>
public sealed partial class ExportModel(
    StaffScope scope, ContentLibrary library, ColumnEncryption encryption, TimeProvider time, ILogger<ExportModel> log) : PageModel
{
    public async Task<IActionResult> OnGetAsync(
        [FromQuery] string? clinic, [FromQuery] string? state, CancellationToken cancellationToken)
    {
        var chosen = await scope.FindClinicAsync(clinic, cancellationToken);
        var filter = QueueModel.Filters.FirstOrDefault(found => found.Id == state) is { Id: not null } known
            ? known
            : QueueModel.Filters[0];
        var visible = await scope.RequestsAsync(cancellationToken);
        var requests = await (chosen is null ? visible : visible.Where(AppointmentRequest.BelongsTo(chosen)))
            .Where(request => filter.States.Contains(request.State) && request.State != RequestState.Held)
            .OrderBy(request => request.DueUtc).ThenBy(request => request.Id)
            .Select(RequestCsvRow.Columns(encryption))
            .ToListAsync(cancellationToken);

        LogExported(scope.Actor.Id, requests.Count, chosen?.Slug ?? "every clinic of theirs", filter.Id);
        var day = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return File(RequestCsv.Write(requests, library.Current), "text/csv; charset=utf-8", $"requests-{day}.csv");
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Staff member {Member} exported {Count} requests of {Clinic}, filter {Filter}")]
    private partial void LogExported(Guid member, int count, string clinic, string filter);
}
