using System.CommandLine;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Jobs;

namespace PhysioSite.Operations.Commands;

/// <summary>
/// Reports what the next retention run would erase, and confirms a run that the site has stopped. It changes no data of patients, and the
/// site may be running.
/// </summary>
internal sealed class RetentionCommand(
    IDatabaseInspection database,
    SiteDbContext db,
    ContentLibrary library,
    RetentionGuard guard,
    IOptions<RetentionOptions> options,
    TimeProvider time)
{
    public static Command Describe(CommandHost host)
    {
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Only counts what would be erased now.",
            Arity = ArgumentArity.Zero,
        };
        var confirm = new Option<bool>("--confirm")
        {
            Description = "Accepts the clock and what is due, after the site has stopped erasing. The running site then erases.",
            Arity = ArgumentArity.Zero,
        };
        var command = new Command(
            "retention", "Counts what would be erased now, or lets the running site erase it. The site erases by itself, once a day.")
        {
            dryRun,
            confirm,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) == result.GetValue(confirm))
            {
                result.AddError(
                    "Add --dry-run to count, or --confirm to let the site erase. The running site erases by itself, once a day.");
            }
        });
        command.SetAction((parsed, _) => host.RunAsync<RetentionCommand>((retention, cancellationToken) =>
            parsed.GetValue(confirm) ? retention.ConfirmAsync(cancellationToken) : retention.CountAsync(cancellationToken)));
        return command;
    }

    /// <summary>Counts first, so that the operator reads what is accepted.</summary>
    private async Task<int> ConfirmAsync(CancellationToken cancellationToken)
    {
        await PrintDueAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        await guard.ConfirmAsync(now, cancellationToken);
        Console.WriteLine($"Confirmed for a day, with the clock at {now:u}. The running site erases within that time.");
        return 0;
    }

    private async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        await PrintDueAsync(cancellationToken);
        Console.WriteLine("Nothing was changed.");
        return 0;
    }

    private async Task PrintDueAsync(CancellationToken cancellationToken)
    {
        var writable = db.Database.GetConnectionString();
        try
        {
            await using var reader = await database.OpenAsync(cancellationToken)
                ?? throw new StartupException("There is no database yet, so there is nothing to erase.");
            db.Database.SetConnectionString(database.ReadOnlyConnectionString);
            var past = await new CommandProgress(time).ShowAsync("Counting", _ => FindAsync(cancellationToken));
            Print(past);
        }
        catch (DbException e)
        {
            throw new StartupException(
                $"The database cannot be read: {e.Message} If it is from an earlier version, start the site once with the same settings.",
                e);
        }
        finally
        {
            // The context goes back to the pool.
            await db.Database.CloseConnectionAsync();
            db.Database.SetConnectionString(writable);
        }
    }

    private Task<List<PastRequest>> FindAsync(CancellationToken cancellationToken) =>
        Retention.PastRetentionPeriod(db.Set<AppointmentRequest>(), options.Value, time.GetUtcNow().UtcDateTime)
            .Select(request => new PastRequest(
                request.ClinicSlug, request.State == RequestState.Held, request.RetentionHoldReason != null, request.ReceivedUtc))
            .ToListAsync(cancellationToken);

    private void Print(List<PastRequest> past)
    {
        var due = past.Where(request => !request.Kept).ToList();
        foreach (var clinic in due
            .GroupBy(request => library.English.FindClinic(request.ClinicSlug)?.Slug ?? request.ClinicSlug)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
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
    }

    private sealed record PastRequest(string ClinicSlug, bool Held, bool Kept, DateTime ReceivedUtc);
}
