using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Stops retention when the clock has jumped ahead or an unusually large batch is due. A wrong clock would otherwise erase every closed
/// request at once, and erased data cannot be restored.
/// </summary>
/// <remarks>
/// The last time at which the site ran is kept in a file of the data folder. It does not follow a clock that has jumped, until an operator
/// confirms it with the retention command or the clock is set back.
/// </remarks>
public sealed partial class RetentionGuard(DataFolder folder, IOptions<RetentionOptions> options, ILogger<RetentionGuard> log)
{
    /// <summary>A batch of at most this many requests is never unusual.</summary>
    private const int UsualBatch = 100;

    private static readonly TimeSpan WriteInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan ConfirmationLifetime = TimeSpan.FromDays(1);

    private string File => Path.Combine(folder.Path, "retention.json");

    /// <summary>Why nothing is erased at the moment. Null when retention runs.</summary>
    public string? HoldReason => Read().HoldReason;

    /// <summary>
    /// On the first start with this check, the newest entry in the database says when the site ran last. Later, it may have been added
    /// under a wrong clock.
    /// </summary>
    public async Task InitializeAsync(SiteDbContext db, DateTime now, CancellationToken cancellationToken)
    {
        if (Read() is { LastRunUtc: null } state)
        {
            Write(state with { LastRunUtc = await FindNewestEntryAsync(db, cancellationToken) ?? now });
        }
    }

    /// <summary>
    /// Records that the site runs now. Called often; writes at most once an hour.
    /// </summary>
    public void RecordRun(DateTime now)
    {
        var state = Read();
        if (state.LastRunUtc is { } last && !HasJumped(state, now) && (now - last).Duration() >= WriteInterval)
        {
            Write(state with { LastRunUtc = now });
        }
    }

    /// <summary>Whether retention may erase now. If not, the reason is kept for readiness and the doctor command.</summary>
    public async Task<bool> AllowsAsync(SiteDbContext db, DateTime now, CancellationToken cancellationToken)
    {
        var state = Read();
        var isConfirmed = state.ConfirmedUtc is { } confirmed && (now - confirmed).Duration() < ConfirmationLifetime;
        var reason = options.Value.ConfirmAfterDays == 0 || isConfirmed
            ? null
            : await FindReasonAsync(state, db, now, cancellationToken);
        if (reason is not null && reason != state.HoldReason)
        {
            Write(state with { HoldReason = reason });
            LogOnHold(reason);
        }
        else if (reason is null && (state.HoldReason is not null || state.LastRunUtc is null))
        {
            Write(state with { LastRunUtc = now, HoldReason = null });
        }

        return reason is null;
    }

    /// <summary>Accepts the current time and what is due now.</summary>
    public void Confirm(DateTime now) => Write(new RetentionState(now, now, null));

    private async Task<string?> FindReasonAsync(
        RetentionState state, SiteDbContext db, DateTime now, CancellationToken cancellationToken)
    {
        var last = state.LastRunUtc ?? await FindNewestEntryAsync(db, cancellationToken);
        if (HasJumped(state with { LastRunUtc = last }, now))
        {
            return string.Create(CultureInfo.InvariantCulture, $"The site ran last at {last:u}, so the clock may be wrong.");
        }

        var requests = db.Set<AppointmentRequest>();
        var due = await Retention.PastRetentionPeriod(requests, options.Value, now)
            .CountAsync(request => request.RetentionHoldReason == null, cancellationToken);
        var all = await requests.CountAsync(request => request.ErasedUtc == null, cancellationToken);
        return due > UsualBatch && due > all / 2
            ? string.Create(CultureInfo.InvariantCulture, $"{due} of {all} requests would be erased at once. That is unusual.")
            : null;
    }

    private static Task<DateTime?> FindNewestEntryAsync(SiteDbContext db, CancellationToken cancellationToken) =>
        db.Set<RequestEvent>().MaxAsync(happened => (DateTime?)happened.AtUtc, cancellationToken);

    private bool HasJumped(RetentionState state, DateTime now) =>
        options.Value.ConfirmAfterDays > 0
        && state.LastRunUtc is { } last
        && now - last > TimeSpan.FromDays(options.Value.ConfirmAfterDays);

    private RetentionState Read()
    {
        try
        {
            return JsonSerializer.Deserialize<RetentionState>(System.IO.File.ReadAllText(File)) ?? new RetentionState(null, null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // There is none yet, or it is damaged or belongs to another user.
            return new RetentionState(null, null, null);
        }
    }

    private void Write(RetentionState state) => PrivateFile.Write(File, JsonSerializer.SerializeToUtf8Bytes(state));

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Retention erased nothing: {Reason} Check the clock; if all is right, run the command retention --confirm")]
    private partial void LogOnHold(string reason);

    private sealed record RetentionState(DateTime? LastRunUtc, DateTime? ConfirmedUtc, string? HoldReason);
}
