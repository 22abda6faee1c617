using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Commands;
using PhysioSite.Data;

namespace PhysioSite.Features.Appointments;

/// <summary>Says what the next run of retention would erase. It only reads, so the site may run meanwhile.</summary>
internal sealed class RetentionCommand(DataFolder folder, SiteDbContext db, IOptions<RetentionOptions> options, TimeProvider time) : ISiteCommand
{
    public string Name => "retention";

    public string Arguments => "--dry-run";

    public string Purpose => "Counts what would be erased now, without erasing it. The running site erases by itself, once a day.";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (arguments is not ["--dry-run"])
        {
            return SiteCommands.Misused(this, "The running site erases by itself, once a day. This command only counts what it would erase.");
        }

        if (!File.Exists(folder.Database))
        {
            throw new StartupException("There is no database yet, so there is nothing to erase.");
        }

        db.Database.SetConnectionString(DurableSqlite.ReadOnlyConnectionString(folder.Database));
        try
        {
            await CountAsync(cancellationToken);
            return 0;
        }
        catch (SqliteException e)
        {
            throw new StartupException($"The database cannot be read: {e.Message} If it is from an earlier version, start the site once with the same settings.", e);
        }
    }

    private async Task CountAsync(CancellationToken cancellationToken)
    {
        var past = await Retention.PastItsTime(db.Set<AppointmentRequest>(), options.Value, time.GetUtcNow().UtcDateTime)
            .Select(request => new { request.ClinicSlug, Held = request.State == RequestState.Held, Kept = request.KeepReason != null, request.ReceivedUtc })
            .ToListAsync(cancellationToken);
        var due = past.Where(request => !request.Kept).ToList();
        foreach (var clinic in due.GroupBy(request => request.ClinicSlug).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{clinic.Key}: {clinic.Count(request => !request.Held)} closed or withdrawn, {clinic.Count(request => request.Held)} held as possible spam");
        }

        Console.WriteLine($"Would be erased now: {due.Count(request => !request.Held)} closed or withdrawn, {due.Count(request => request.Held)} held as possible spam.");
        Console.WriteLine($"Past their time but kept for a reason: {past.Count - due.Count}.");
        Console.WriteLine(due.Count == 0 ? "Nothing is past its time." : $"The oldest was received on {due.Min(request => request.ReceivedUtc):yyyy-MM-dd}.");
        Console.WriteLine("Nothing was changed.");
    }
}
