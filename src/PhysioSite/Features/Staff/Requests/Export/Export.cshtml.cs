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
    /// <summary>Number of requests that are read, and sent, at once.</summary>
    private const int BatchSize = 500;

    /// <summary>
    /// Sends the file while it is written: of a large number of requests only the ids are in memory. They are read first, so that a request
    /// that moves to another place of the list meanwhile is in the file once.
    /// </summary>
    public async Task<IActionResult> OnGetAsync(
        [FromQuery] string? clinic, [FromQuery] string? language, [FromQuery] string? state, CancellationToken cancellationToken)
    {
        var tab = QueueFilter.FindTab(state) ?? QueueTab.All;
        var (filter, ids) = await queue.TabAsync(
            QueueFilter.Read(clinic, language, state, null), tab, request => request.State != RequestState.Held, cancellationToken);

        LogExported(scope.Actor.Id, ids.Count, filter.Clinic ?? "every clinic of theirs", tab);
        var day = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Response.ContentType = "text/csv; charset=utf-8";
        Response.Headers.ContentDisposition = $"attachment; filename=requests-{day}.csv";
        var content = library.Current;
        await Response.Body.WriteAsync(RequestCsv.Head(), cancellationToken);
        foreach (var some in ids.Chunk(BatchSize))
        {
            await Response.Body.WriteAsync(RequestCsv.Write(await ReadAsync(some, cancellationToken), content), cancellationToken);
        }

        return new EmptyResult();
    }

    private async Task<IEnumerable<RequestCsvRow>> ReadAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        var rows = await (await scope.RequestsAsync(cancellationToken))
            .Where(request => ids.Contains(request.Id))
            .Select(RequestCsvRow.Columns(encryption))
            .ToDictionaryAsync(row => row.Id, cancellationToken);
        return ids.Where(rows.ContainsKey).Select(id => rows[id]);
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Staff member {Member} exported {Count} requests of {Clinic}, tab {Tab}")]
    private partial void LogExported(Guid member, int count, string clinic, QueueTab tab);
}
