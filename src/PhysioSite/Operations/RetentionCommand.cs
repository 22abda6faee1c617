using System.CommandLine;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Data.Sqlite;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Jobs;

namespace PhysioSite.Operations;

/// <summary>Reports what the next retention run would erase. The command is read-only, so the site may be running.</summary>
internal sealed class RetentionCommand(DataFolder folder, SiteDbContext db, IOptions<RetentionOptions> options, TimeProvider time)
{
    public static Command Describe(CommandHost host)
    {
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Only counts. Required, because the running site alone erases.",
            Arity = ArgumentArity.Zero,
            Required = true,
        };
        var command = new Command(
            "retention", "Counts what would be erased now, without erasing it. The running site erases by itself, once a day.")
        {
            dryRun,
        };
        command.Validators.Add(result =>
        {
            // "Required" does not work for a switch: a switch always has a value and therefore counts as given.
            if (!result.GetValue(dryRun))
            {
                result.AddError("Add --dry-run: this command only counts. The running site erases by itself, once a day.");
            }
        });
        command.SetAction((_, _) =>
            host.RunAsync<RetentionCommand>((retention, cancellationToken) => retention.RunAsync(cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.Database))
        {
            throw new StartupException("There is no database yet, so there is nothing to erase.");
        }

        db.Database.SetConnectionString(DurableSqlite.ReadOnlyConnectionString(folder.Database));
        try
        {
            var past = await new CommandProgress(time).ShowAsync("Counting", _ => FindAsync(cancellationToken));
            Print(past);
            return 0;
        }
        catch (DbException e)
        {
            throw new StartupException(
                $"The database cannot be read: {e.Message} If it is from an earlier version, start the site once with the same settings.",
                e);
        }
    }

    private Task<List<PastRequest>> FindAsync(CancellationToken cancellationToken) =>
        Retention.PastRetentionPeriod(db.Set<AppointmentRequest>(), options.Value, time.GetUtcNow().UtcDateTime)
            .Select(request => new PastRequest(
                request.ClinicSlug, request.State == RequestState.Held, request.RetentionHoldReason != null, request.ReceivedUtc))
            .ToListAsync(cancellationToken);

    private static void Print(List<PastRequest> past)
    {
        var due = past.Where(request => !request.Kept).ToList();
        foreach (var clinic in due.GroupBy(request => request.ClinicSlug).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(
                $"{clinic.Key}: {clinic.Count(request => !request.Held)} closed or withdrawn, "
                + $"{clinic.Count(request => request.Held)} held as possible spam");
        }

        Console.WriteLine(
            $"Would be erased now: {due.Count(request => !request.Held)} closed or withdrawn, "
            + $"{due.Count(request => request.Held)} held as possible spam.");
        Console.WriteLine($"Past their time but kept for a reason: {past.Count - due.Count}.");
        Console.WriteLine(due.Count == 0
            ? "Nothing is past its time."
            : $"The oldest was received on {due.Min(request => request.ReceivedUtc):yyyy-MM-dd}.");
        Console.WriteLine("Nothing was changed.");
    }

    private sealed record PastRequest(string ClinicSlug, bool Held, bool Kept, DateTime ReceivedUtc);
}
