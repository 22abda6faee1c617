using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Requests.Listing;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Details;

/// <param name="IsDuplicate">Whether one of the two was probably sent by mistake (<see cref="LikelyDuplicates"/>).</param>
public sealed record RelatedRequest(string Reference, RequestState State, DateTime ReceivedUtc, string ClinicSlug, bool IsDuplicate);

/// <summary>Requests around the one that a member of staff works on, among those that they may see.</summary>
public sealed class RequestContext(StaffScope scope, QueueReader queue)
{
    private const int Most = 10;

    /// <summary>The other requests with the same phone number or email address, newest first.</summary>
    public async Task<IReadOnlyList<RelatedRequest>> FindRelatedAsync(AppointmentRequest request, CancellationToken cancellationToken)
    {
        var (id, phone, email) = (request.Id, request.PhoneKey, request.EmailKey);
        if ((phone ?? email) is null)
        {
            return [];
        }

        var found = await (await scope.RequestsAsync(cancellationToken))
            .Where(other => other.Id != id)
            .Where(other => (phone != null && other.PhoneKey == phone) || (email != null && other.EmailKey == email))
            .OrderByDescending(other => other.Id)
            .Take(Most)
            .Select(other => new { other.Reference, other.State, other.ReceivedUtc, other.ClinicSlug, other.Outcome })
            .ToListAsync(cancellationToken);
        return
        [
            .. found.Select(other => new RelatedRequest(
                other.Reference,
                other.State,
                other.ReceivedUtc,
                other.ClinicSlug,
                LikelyDuplicates.Is(request.ReceivedUtc, request.Outcome, other.ReceivedUtc, other.Outcome))),
        ];
    }

    /// <summary>The request to work on next.</summary>
    /// <param name="reference">The request that was just worked on.</param>
    /// <param name="list">The URL of the list from which it was opened.</param>
    public Task<string?> FindNextAsync(string reference, string? list, CancellationToken cancellationToken) =>
        queue.FindNextAsync(reference, QueueFilter.Read(list), cancellationToken);
}
