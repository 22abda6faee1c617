using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Appointments.Indexing;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Erases the data provided by patients from requests, and deletes the search terms of them and all emails about them, in one save.
/// </summary>
public sealed class Erasure(SiteDbContext db, PickupFolder folder)
{
    /// <summary>The data remains in the database file until <see cref="ErasedDataPurge"/> has run.</summary>
    /// <param name="requests">Tracked requests, with every row of their history that has a note.</param>
    /// <param name="by">Null when the retention period has ended.</param>
    /// <exception cref="DbUpdateConcurrencyException">One of the requests was changed concurrently. None was erased.</exception>
    public async Task EraseAsync(
        IReadOnlyList<AppointmentRequest> requests,
        StaffActor? by,
        DateTime now,
        CancellationToken cancellationToken)
    {
        var ids = requests.Select(request => (Guid?)request.Id).ToList();
        var emails = await db.Set<OutboxEmail>()
            .Where(email => ids.Contains(email.RequestId))
            .Select(email => new { email.Id, email.Reference })
            .ToListAsync(cancellationToken);
        db.RemoveRange(emails.Select(email => OutboxEmail.ToDelete(email.Id)));
        db.RemoveRange(await RequestIndex.TermsAsync(db, requests.Select(request => request.SearchId), cancellationToken));
        foreach (var request in requests)
        {
            request.Erase(by, now);
        }

        await db.SaveChangesAsync(cancellationToken);
        foreach (var email in emails)
        {
            folder.Delete(email.Reference, email.Id);
        }
    }
}
