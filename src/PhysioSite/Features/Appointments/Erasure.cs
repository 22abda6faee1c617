using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Features.Appointments;

/// <summary>Takes what patients told us out of requests, and with it every mail about them, in one save.</summary>
public sealed class Erasure(SiteDbContext db, PickupFolder folder)
{
    /// <summary>The bytes are gone only once <see cref="SiteDbContext.PurgeErasedAsync"/> was called after it.</summary>
    /// <param name="requests">Tracked, with every row of their history that has a note.</param>
    /// <param name="by">Null when they were kept long enough.</param>
    /// <exception cref="DbUpdateConcurrencyException">One of them was changed meanwhile; none was erased.</exception>
    public async Task EraseAsync(IReadOnlyList<AppointmentRequest> requests, StaffActor? by, DateTime now, CancellationToken cancellationToken)
    {
        var references = requests.Select(request => request.Reference).ToList();
        var mails = await db.Set<OutboxEmail>().Where(mail => references.Contains(mail.About)).Select(mail => new { mail.Id, mail.About }).ToListAsync(cancellationToken);
        db.RemoveRange(mails.Select(mail => OutboxEmail.ToDelete(mail.Id)));
        foreach (var request in requests)
        {
            request.Erase(by, now);
        }

        await db.SaveChangesAsync(cancellationToken);
        foreach (var mail in mails)
        {
            folder.Delete(mail.About, mail.Id);
        }
    }
}
