using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Fills the language of requests that an earlier version stored only inside the encrypted details. Runs when the site starts. Requests
/// that cannot be read stay without a language until they can.
/// </summary>
public sealed class LanguageColumn(SiteDbContext db)
{
    private const int BatchSize = 200;

    public async Task FillAsync(CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (true)
        {
            var batch = await db.Set<AppointmentRequest>()
                .Where(request => request.Language == "" && request.ErasedUtc == null && request.Id > last)
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
                request.FillLanguage(request.Details.Value?.Language ?? "");
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
