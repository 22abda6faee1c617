using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Listing;

/// <param name="Filter">The filter as applied, with its tab and a page that exists.</param>
/// <param name="Total">Number of requests of the tab.</param>
/// <param name="Overdue">Number of requests that nobody tried to answer in time, in any tab.</param>
public sealed record QueuePage(
    QueueFilter Filter, IReadOnlyDictionary<QueueTab, int> Counts, int Total, int Overdue, IReadOnlyList<QueueRow> Rows, DateTime NowUtc)
{
    public const int Size = 50;
}

/// <summary>Reads the requests of the user's clinics, by tab, clinic and language.</summary>
public sealed class QueueReader(
    StaffScope scope, ContentLibrary library, LikelyDuplicates duplicates, ColumnEncryption encryption, TimeProvider time)
{
    /// <summary>The tabs with work, in the order in which they are opened when the URL names none.</summary>
    private static readonly QueueTab[] Work = [QueueTab.Due, QueueTab.Today, QueueTab.Later, QueueTab.Retry];

    /// <param name="wanted">Values from a URL, which may name nothing that exists.</param>
    public async Task<QueuePage> ReadAsync(QueueFilter wanted, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (filter, requests) = await FilterAsync(wanted, cancellationToken);
        var tabs = TabsAt(now);
        var counts = new Dictionary<QueueTab, int>();
        foreach (var each in Enum.GetValues<QueueTab>())
        {
            counts[each] = await tabs.Filter(requests, each).CountAsync(cancellationToken);
        }

        var tab = filter.Tab ?? Work.FirstOrDefault(work => counts[work] > 0);
        var page = Math.Min(filter.Page, Math.Max(1, (counts[tab] + QueuePage.Size - 1) / QueuePage.Size));
        var rows = await QueueTabs.Sort(tabs.Filter(requests, tab), tab)
            .Skip((page - 1) * QueuePage.Size).Take(QueuePage.Size)
            .Select(QueueRow.Columns(encryption, now))
            .ToListAsync(cancellationToken);
        var overdue = await requests.CountAsync(AppointmentRequest.OverdueAt(now), cancellationToken);
        var marked = await duplicates.MarkAsync(rows, cancellationToken);
        return new QueuePage(filter with { Tab = tab, Page = page }, counts, counts[tab], overdue, marked, now);
    }

    /// <summary>All requests of a tab, in the order of the queue.</summary>
    public async Task<(QueueFilter Filter, IQueryable<AppointmentRequest> Requests)> TabAsync(
        QueueFilter wanted, QueueTab tab, CancellationToken cancellationToken)
    {
        var (filter, requests) = await FilterAsync(wanted, cancellationToken);
        return (filter, QueueTabs.Sort(TabsAt(time.GetUtcNow().UtcDateTime).Filter(requests, tab), tab));
    }

    /// <summary>
    /// The request of a list to do next, which nobody else works on: the first of the tab or, when that has none or is not a list of work,
    /// the waiting request that is due first. Null when there is none.
    /// </summary>
    /// <param name="reference">The request that was just worked on.</param>
    public async Task<string?> FindNextAsync(string reference, QueueFilter list, CancellationToken cancellationToken)
    {
        var me = scope.Actor.Id;
        Task<string?> FirstAsync(IQueryable<AppointmentRequest> requests) => requests
            .Where(request => request.Reference != reference && (request.ClaimedById == null || request.ClaimedById == me))
            .Select(request => request.Reference)
            .FirstOrDefaultAsync(cancellationToken);
        if (list.Tab is QueueTab.Due or QueueTab.Today or QueueTab.Later or QueueTab.Retry or QueueTab.Mine or QueueTab.Held
            && await FirstAsync((await TabAsync(list, list.Tab.Value, cancellationToken)).Requests) is { } next)
        {
            return next;
        }

        var (_, requests) = await FilterAsync(list, cancellationToken);
        return await FirstAsync(requests
            .Where(request => AppointmentRequest.WaitingStates.Contains(request.State))
            .OrderBy(request => request.DueUtc).ThenBy(request => request.Id));
    }

    /// <summary>The languages that requests may have.</summary>
    public IEnumerable<Localization.Language> Languages => library.Languages.Select(content => content.Language);

    private QueueTabs TabsAt(DateTime now) => QueueTabs.At(now, scope.Actor.Id, library.English.Clinics);

    private async Task<(QueueFilter Filter, IQueryable<AppointmentRequest> Requests)> FilterAsync(
        QueueFilter wanted, CancellationToken cancellationToken)
    {
        var clinic = await scope.FindClinicAsync(wanted.Clinic, cancellationToken);
        var language = Languages.FirstOrDefault(known => known.Code == wanted.Language)?.Code;
        var requests = await scope.RequestsAsync(cancellationToken);
        requests = clinic is null ? requests : requests.Where(AppointmentRequest.BelongsTo(clinic));
        requests = language is null ? requests : requests.Where(request => request.Language == language);
        return (wanted with { Clinic = clinic?.Slug, Language = language }, requests);
    }
}
