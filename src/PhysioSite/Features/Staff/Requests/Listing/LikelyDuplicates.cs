using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Listing;

/// <summary>
/// Marks requests that were probably sent twice: another one of the same phone number or email address arrived within a day, and neither
/// is closed as sent twice. Only requests that the user may see count.
/// </summary>
public sealed class LikelyDuplicates(StaffScope scope)
{
    private static readonly TimeSpan Within = TimeSpan.FromDays(1);

    public static bool Is(DateTime oneUtc, RequestOutcome? one, DateTime otherUtc, RequestOutcome? other) =>
        (oneUtc - otherUtc).Duration() < Within && one != RequestOutcome.Duplicate && other != RequestOutcome.Duplicate;

    /// <summary>The rows, those of open requests with their mark.</summary>
    public async Task<IReadOnlyList<QueueRow>> MarkAsync(IReadOnlyList<QueueRow> rows, CancellationToken cancellationToken)
    {
        var open = rows.Where(row => row.IsOpen && (row.PhoneKey ?? row.EmailKey) is not null).ToList();
        if (open.Count == 0)
        {
            return rows;
        }

        var (phones, emails) = (open.Select(row => row.PhoneKey).Distinct().ToList(), open.Select(row => row.EmailKey).Distinct().ToList());
        var (from, to) = (open.Min(row => row.ReceivedUtc) - Within, open.Max(row => row.ReceivedUtc) + Within);
        var others = await (await scope.RequestsAsync(cancellationToken))
            .Where(other => other.ReceivedUtc > from && other.ReceivedUtc < to)
            .Where(other => (other.PhoneKey != null && phones.Contains(other.PhoneKey))
                || (other.EmailKey != null && emails.Contains(other.EmailKey)))
            .Select(other => new { other.Reference, other.ReceivedUtc, other.Outcome, other.PhoneKey, other.EmailKey })
            .ToListAsync(cancellationToken);
        var byKey = others
            .SelectMany(other => new[] { other.PhoneKey, other.EmailKey }.OfType<string>(), (other, key) => (Key: key, Other: other))
            .ToLookup(pair => pair.Key, pair => pair.Other);
        return
        [
            .. rows.Select(row => row with
            {
                IsLikelyDuplicate = row.IsOpen && new[] { row.PhoneKey, row.EmailKey }.OfType<string>().SelectMany(key => byKey[key])
                    .Any(other => other.Reference != row.Reference && Is(row.ReceivedUtc, row.Outcome, other.ReceivedUtc, other.Outcome)),
            }),
        ];
    }
}
