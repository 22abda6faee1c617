using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Details;

/// <param name="IsDuplicate">Whether one of the two was probably sent by mistake: they arrived within a day.</param>
public sealed record RelatedRequest(string Reference, RequestState State, DateTime ReceivedUtc, string ClinicSlug, bool IsDuplicate);

/// <summary>Requests around the one that a member of staff works on, among those that they may see.</summary>
public sealed class RequestContext(StaffScope scope, ColumnEncryption encryption)
{
    /// <summary>
    /// How many requests are examined, newest first. Phone numbers and addresses are encrypted, so each row must be decrypted.
    /// </summary>
    private const int MostExamined = 5_000;

    private const int Most = 10;

    private static readonly TimeSpan DuplicateWithin = TimeSpan.FromDays(1);

    /// <summary>The other requests with the same phone number or email address, newest first.</summary>
    public async Task<IReadOnlyList<RelatedRequest>> FindRelatedAsync(AppointmentRequest request, CancellationToken cancellationToken)
    {
        var found = new List<RelatedRequest>();
        if (request.Details.Value is not { } details || (details.Phone ?? details.Email) is null)
        {
            return found;
        }

        var rows = (await scope.RequestsAsync(cancellationToken))
            .Where(other => other.ErasedUtc == null && other.Id != request.Id)
            .OrderByDescending(other => other.Id)
            .Take(MostExamined)
            .Select(other => new
            {
                other.Reference,
                other.State,
                other.ReceivedUtc,
                other.ClinicSlug,
                Details = other.Details.ReadWith(encryption, AppointmentRequest.DetailsCell(other.Id)),
            });
        await foreach (var other in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (other.Details.Value is { } written
                && ((details.Phone is { } phone && phone == written.Phone)
                    || (details.Email is { } email && string.Equals(email, written.Email, StringComparison.OrdinalIgnoreCase))))
            {
                var isDuplicate = (other.ReceivedUtc - request.ReceivedUtc).Duration() < DuplicateWithin;
                found.Add(new(other.Reference, other.State, other.ReceivedUtc, other.ClinicSlug, isDuplicate));
                if (found.Count == Most)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>The waiting request that is due first and that nobody else works on. Null when there is none.</summary>
    /// <param name="reference">The request that was just worked on.</param>
    public async Task<string?> FindNextAsync(string reference, CancellationToken cancellationToken)
    {
        var me = scope.Actor.Id;
        return await (await scope.RequestsAsync(cancellationToken))
            .Where(request => AppointmentRequest.WaitingStates.Contains(request.State) && request.Reference != reference)
            .Where(request => request.ClaimedById == null || request.ClaimedById == me)
            .OrderBy(request => request.DueUtc).ThenBy(request => request.Id)
            .Select(request => request.Reference)
            .FirstOrDefaultAsync(cancellationToken);
    }
}
