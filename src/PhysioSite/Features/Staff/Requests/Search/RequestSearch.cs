using Microsoft.EntityFrameworkCore;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Features.Staff.Requests.Listing;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Search;

/// <param name="Rows">Newest first, with one row more than is shown if there are more matches.</param>
/// <param name="Unreadable">Number of examined requests whose name, phone and email cannot be decrypted.</param>
public sealed record FoundRequests(IReadOnlyList<QueueRow> Rows, int Unreadable);

/// <summary>
/// Finds requests by name and contact details of the patient. These are encrypted in the database; the index has their keyed hashes
/// (<see cref="SearchTerm"/>). Requests that are not in the index, because an earlier version stored them and the index is not finished or
/// they cannot be read, are decrypted one by one, so that none is missed.
/// </summary>
public sealed class RequestSearch(
    StaffScope scope, SiteDbContext db, RequestIndex index, LikelyDuplicates duplicates, ColumnEncryption encryption, TimeProvider time)
{
    public const int Most = 50;
    public const int Shortest = 2;
    public const int Longest = 100;

    /// <summary>Returns the newest <see cref="Most"/> matching requests, and one more if there are more.</summary>
    /// <param name="words">A reference, or what <see cref="SearchedTerms.Parse"/> takes.</param>
    /// <param name="clinic">Null searches all clinics of the user.</param>
    public async Task<FoundRequests> FindAsync(string words, Clinic? clinic, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;

        // Only what may be a reference is sent to the database: its server may log what it is asked for.
        var (searched, reference) = (SearchedTerms.Parse(words), Reference.Clean(words));
        reference = Reference.IsOne(reference) ? reference : "";
        var visible = (await scope.RequestsAsync(cancellationToken)).Where(request => request.ErasedUtc == null);
        visible = clinic is null ? visible : visible.Where(AppointmentRequest.BelongsTo(clinic));

        // Before the index is read, so that a request that is indexed meanwhile is in one of the two.
        var (found, unreadable) = await FindUnindexedAsync(visible, searched, now, cancellationToken);
        var ids = await FindIndexedAsync(visible, searched, cancellationToken);
        found.AddRange(await visible
            .Where(request => ids.Contains(request.Id) || request.Reference == reference)
            .Select(QueueRow.Columns(encryption, now))
            .ToListAsync(cancellationToken));
        var rows = found.DistinctBy(row => row.Reference).OrderByDescending(row => row.ReceivedUtc).Take(Most + 1).ToList();
        return new FoundRequests(await duplicates.MarkAsync(rows, cancellationToken), unreadable);
    }

    private async Task<(List<QueueRow> Found, int Unreadable)> FindUnindexedAsync(
        IQueryable<AppointmentRequest> visible, SearchedTerms searched, DateTime now, CancellationToken cancellationToken)
    {
        var (found, unreadable) = (new List<QueueRow>(), 0);

        // IDs are generated in chronological order.
        await foreach (var request in visible
            .Where(request => request.SearchId == null)
            .OrderByDescending(request => request.Id)
            .Select(QueueRow.Columns(encryption, now))
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            unreadable += request.Details.IsReadable ? 0 : 1;
            if (searched.Fit(request.Details.Value))
            {
                found.Add(request);
                if (found.Count > Most)
                {
                    break;
                }
            }
        }

        return (found, unreadable);
    }

    /// <summary>The newest matches first: the number in the index rises with the time of receipt.</summary>
    private async Task<List<Guid>> FindIndexedAsync(
        IQueryable<AppointmentRequest> visible, SearchedTerms searched, CancellationToken cancellationToken)
    {
        if (searched.Conditions.Count == 0)
        {
            return [];
        }

        await index.LoadAsync(cancellationToken);
        var stored = db.Set<SearchTerm>();
        IQueryable<long>? numbers = null;
        foreach (var condition in searched.Conditions)
        {
            var terms = condition.Select(index.Hash).Distinct().ToArray();
            var any = terms.Length == 1 ? stored.Where(term => term.Term == terms[0]) : stored.Where(term => terms.Contains(term.Term));
            numbers = numbers is not null ? numbers.Where(number => any.Any(term => term.SearchId == number))
                : terms.Length == 1 ? any.Select(term => term.SearchId)
                : any.Select(term => term.SearchId).Distinct();
        }

        return await numbers!
            .SelectMany(number => visible.Where(request => request.SearchId == number), (number, request) => new { number, request.Id })
            .OrderByDescending(found => found.number)
            .Take(Most + 1)
            .Select(found => found.Id)
            .ToListAsync(cancellationToken);
    }
}
