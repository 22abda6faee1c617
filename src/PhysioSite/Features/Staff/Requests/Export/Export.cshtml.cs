using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Requests.Listing;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Export;

/// <summary>
/// Exports the queue as a file, with the filters of its page. The file does not contain the complaint or the patient's message. Held
/// requests are excluded because they are not released yet.
/// </summary>
public sealed partial class ExportModel(
    QueueReader queue, StaffScope scope, ContentLibrary library, ColumnEncryption encryption, TimeProvider time, ILogger<ExportModel> log)
    : PageModel
{
    public async Task<IActionResult> OnGetAsync(
        [FromQuery] string? clinic, [FromQuery] string? language, [FromQuery] string? state, CancellationToken cancellationToken)
    {
        var tab = QueueFilter.FindTab(state) ?? QueueTab.All;
        var (filter, visible) = await queue.TabAsync(QueueFilter.Read(clinic, language, state, null), tab, cancellationToken);
        var requests = await visible
            .Where(request => request.State != RequestState.Held)
            .Select(RequestCsvRow.Columns(encryption))
            .ToListAsync(cancellationToken);

        LogExported(scope.Actor.Id, requests.Count, filter.Clinic ?? "every clinic of theirs", tab);
        var day = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return File(RequestCsv.Write(requests, library.Current), "text/csv; charset=utf-8", $"requests-{day}.csv");
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Staff member {Member} exported {Count} requests of {Clinic}, tab {Tab}")]
    private partial void LogExported(Guid member, int count, string clinic, QueueTab tab);
}
