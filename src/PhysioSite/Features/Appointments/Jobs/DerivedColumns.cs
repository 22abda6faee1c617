using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Features.Appointments.Duplicates;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Fills the columns that are derived from the encrypted details, for requests that an earlier version stored without them. Runs when the
/// site starts. Requests that cannot be read stay without them until they can.
/// </summary>
public sealed class DerivedColumns(SiteDbContext db, ContactIndex contacts)
{
    private const int BatchSize = 200;

    public async Task FillAsync(CancellationToken cancellationToken)
    {
        if (!await db.Set<AppointmentRequest>().AnyAsync(cancellationToken))
        {
            return;
        }

        // A new secret removes the keys, so it comes before the search for missing ones.
        await contacts.LoadAsync(cancellationToken);
        var last = Guid.Empty;
        while (true)
        {
            var batch = await db.Set<AppointmentRequest>()
                .Where(request => request.ErasedUtc == null && request.Id > last)
                .Where(request => request.Language == "" || (request.PhoneKey == null && request.EmailKey == null))
                .OrderBy(request => request.Id)
                .Take(BatchSize)
                .ToListAsync(cancellationToken);
            if (batch.Count == 0)
            {
                return;
            }

            last = batch[^1].Id;
            foreach (var request in batch)
            {
                if (request.Details.Value is { } details)
                {
                    request.FillDerivedColumns(details.Language, await contacts.KeysOfAsync(details, cancellationToken));
                }
            }

            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateConcurrencyException)
            {
                // One of them was changed concurrently. The next start fills the rest of the batch.
            }

            db.ChangeTracker.Clear();
        }
    }
}
