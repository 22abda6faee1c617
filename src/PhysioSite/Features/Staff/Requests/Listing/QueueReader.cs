using System.Linq.Expressions;
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
        var (counts, overdue) = await CountAsync(requests, tabs, cancellationToken);
        var tab = filter.Tab ?? Work.FirstOrDefault(work => counts[work] > 0);
        var page = Math.Min(filter.Page, Math.Max(1, (counts[tab] + QueuePage.Size - 1) / QueuePage.Size));
        var ids = await FindIdsAsync(tabs.Parts(requests, tab), (page - 1) * QueuePage.Size, QueuePage.Size, cancellationToken);
        var found = await requests.Where(request => ids.Contains(request.Id))
            .Select(QueueRow.Columns(encryption, now))
            .ToDictionaryAsync(row => row.Id, cancellationToken);
        var rows = ids.Where(found.ContainsKey).Select(id => found[id]).ToList();
        var marked = await duplicates.MarkAsync(rows, cancellationToken);
        return new QueuePage(filter with { Tab = tab, Page = page }, counts, counts[tab], overdue, marked, now);
    }

    /// <summary>The ids of all requests of a tab, in the order of the queue.</summary>
    /// <param name="narrow">Leaves out requests.</param>
    public async Task<(QueueFilter Filter, IReadOnlyList<Guid> Ids)> TabAsync(
        QueueFilter wanted,
        QueueTab tab,
        Expression<Func<AppointmentRequest, bool>> narrow,
        CancellationToken cancellationToken)
    {
        var (filter, requests) = await FilterAsync(wanted, cancellationToken);
        var parts = TabsAt(time.GetUtcNow().UtcDateTime).Parts(requests, tab).Select(part => part.Where(narrow));
        return (filter, await FindIdsAsync(parts, 0, int.MaxValue, cancellationToken));
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
        var (_, requests) = await FilterAsync(list, cancellationToken);
        if (list.Tab is { } tab
            and (QueueTab.Due or QueueTab.Today or QueueTab.Later or QueueTab.Retry or QueueTab.Mine or QueueTab.Held))
        {
            foreach (var part in TabsAt(time.GetUtcNow().UtcDateTime).Parts(requests, tab))
            {
                if (await FirstAsync(part) is { } next)
                {
                    return next;
                }
            }
        }

        return await FirstAsync(requests
            .Where(request => AppointmentRequest.WaitingStates.Contains(request.State))
            .OrderBy(request => request.DueUtc).ThenBy(request => request.Id));
    }

    /// <summary>The languages that requests may have.</summary>
    public IEnumerable<Localization.Language> Languages => library.Languages.Select(content => content.Language);

    /// <summary>
    /// Counts the requests of each tab and the overdue ones. The tabs that are whole states are counted at once, and so are those of
    /// waiting requests, because each count reads its part of an index again.
    /// </summary>
    private static async Task<(Dictionary<QueueTab, int> Counts, int Overdue)> CountAsync(
        IQueryable<AppointmentRequest> requests, QueueTabs tabs, CancellationToken cancellationToken)
    {
        var states = await requests
            .GroupBy(request => request.State)
            .Select(group => new { State = group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.State, group => group.Count, cancellationToken);
        var overdueRule = AppointmentRequest.OverdueAt(tabs.NowUtc);
        var (due, today, later) = (tabs.DueSoon, tabs.Rule(QueueTab.Today), tabs.Rule(QueueTab.Later));
        var (retry, mine) = (tabs.Rule(QueueTab.Retry), tabs.Rule(QueueTab.Mine));
        var waiting = await requests
            .Where(request => AppointmentRequest.WaitingStates.Contains(request.State))
            .GroupBy(request => 1)
            .Select(group => new
            {
                Overdue = group.AsQueryable().Count(overdueRule),
                Due = group.AsQueryable().Count(due),
                Today = group.AsQueryable().Count(today),
                Later = group.AsQueryable().Count(later),
                Retry = group.AsQueryable().Count(retry),
                Mine = group.AsQueryable().Count(mine),
            })
            .SingleOrDefaultAsync(cancellationToken);
        var unacknowledged = await requests.CountAsync(QueueTabs.Unacknowledged, cancellationToken);
        var counts = new Dictionary<QueueTab, int>
        {
            [QueueTab.Due] = unacknowledged + (waiting?.Due ?? 0),
            [QueueTab.Today] = waiting?.Today ?? 0,
            [QueueTab.Later] = waiting?.Later ?? 0,
            [QueueTab.Retry] = waiting?.Retry ?? 0,
            [QueueTab.Mine] = waiting?.Mine ?? 0,
            [QueueTab.Booked] = states.GetValueOrDefault(RequestState.Scheduled),
            [QueueTab.Canceled] = await requests.CountAsync(tabs.Rule(QueueTab.Canceled), cancellationToken),
            [QueueTab.Held] = states.GetValueOrDefault(RequestState.Held),
            [QueueTab.Closed] = states.GetValueOrDefault(RequestState.Closed),
            [QueueTab.All] = states.Values.Sum(),
        };
        return (counts, waiting?.Overdue ?? 0);
    }

    /// <summary>
    /// Finds the rows of a page in the indexes of the lists. Only these rows are then read: a row is wide, because of what is encrypted in
    /// it, and a database reads every row that it skips.
    /// </summary>
    private static async Task<List<Guid>> FindIdsAsync(
        IEnumerable<IQueryable<AppointmentRequest>> parts, int skip, int take, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        foreach (var part in parts)
        {
            if (ids.Count == take)
            {
                break;
            }

            var some = part.Skip(skip).Take(take - ids.Count);
            ids.AddRange(await some.Select(request => request.Id).ToListAsync(cancellationToken));
            skip = ids.Count > 0 || skip == 0 ? 0 : Math.Max(0, skip - await part.CountAsync(cancellationToken));
        }

        return ids;
    }

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
