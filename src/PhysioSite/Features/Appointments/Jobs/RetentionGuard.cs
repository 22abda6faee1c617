using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Features.Appointments.Jobs;

/// <summary>
/// Stops retention when the clock has jumped ahead or an unusually large batch is due. A wrong clock would otherwise erase every closed
/// request at once, and erased data cannot be restored.
/// </summary>
/// <remarks>
/// The last time at which the site ran, on whichever instance, is kept in the <see cref="IStateStore"/>. It does not follow a clock that
/// has jumped, until an operator confirms it with the retention command or the clock is set back.
/// </remarks>
public sealed partial class RetentionGuard(IStateStore store, IOptions<RetentionOptions> options, ILogger<RetentionGuard> log)
{
    private const string Name = "retention";

    /// <summary>A batch of at most this many requests is never unusual.</summary>
    private const int UsualBatch = 100;

    private static readonly RetentionState Unknown = new(null, null, null);
    private static readonly TimeSpan WriteInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan ConfirmationLifetime = TimeSpan.FromDays(1);

    /// <summary>Why nothing is erased at the moment. Null when retention runs.</summary>
    public async Task<string?> FindHoldReasonAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).State.HoldReason;

    /// <summary>
    /// On the first start with this check, the newest entry in the database says when the site ran last. Later, it may have been added
    /// under a wrong clock.
    /// </summary>
    public async Task InitializeAsync(SiteDbContext db, DateTime now, CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is (var stored, { LastRunUtc: null } state))
        {
            var last = await FindNewestEntryAsync(db, cancellationToken) ?? now;
            await TryWriteAsync(stored, state with { LastRunUtc = last }, cancellationToken);
        }
    }

    /// <summary>
    /// Records that the site runs now. Called often; writes at most once an hour.
    /// </summary>
    public async Task RecordRunAsync(DateTime now, CancellationToken cancellationToken)
    {
        var (stored, state) = await ReadAsync(cancellationToken);
        if (state.LastRunUtc is { } last && !HasJumped(state, now) && (now - last).Duration() >= WriteInterval)
        {
            await TryWriteAsync(stored, state with { LastRunUtc = now }, cancellationToken);
        }
    }

    /// <summary>Whether retention may erase now. If not, the reason is kept for readiness and the doctor command.</summary>
    public async Task<bool> AllowsAsync(SiteDbContext db, DateTime now, CancellationToken cancellationToken)
    {
        var (stored, state) = await ReadAsync(cancellationToken);
        var isConfirmed = state.ConfirmedUtc is { } confirmed && (now - confirmed).Duration() < ConfirmationLifetime;
        var reason = options.Value.ConfirmAfterDays == 0 || isConfirmed
            ? null
            : await FindReasonAsync(state, db, now, cancellationToken);
        if (reason is not null && reason != state.HoldReason)
        {
            await TryWriteAsync(stored, state with { HoldReason = reason }, cancellationToken);
            LogOnHold(reason);
        }
        else if (reason is null && (state.HoldReason is not null || state.LastRunUtc is null))
        {
            await TryWriteAsync(stored, state with { LastRunUtc = now, HoldReason = null }, cancellationToken);
        }

        return reason is null;
    }

    /// <summary>Accepts the current time and what is due now.</summary>
    public async Task ConfirmAsync(DateTime now, CancellationToken cancellationToken)
    {
        while (!await TryWriteAsync((await ReadAsync(cancellationToken)).Stored, new RetentionState(now, now, null), cancellationToken))
        {
            // The running site changed it in between.
        }
    }

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

    private async Task<(string? Stored, RetentionState State)> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(Name, cancellationToken);
        try
        {
            return (stored, stored is null ? Unknown : JsonSerializer.Deserialize<RetentionState>(stored) ?? Unknown);
        }
        catch (JsonException)
        {
            return (stored, Unknown);
        }
    }

    /// <returns>False when it was changed since it was read, for example confirmed. The next run sees that.</returns>
    private Task<bool> TryWriteAsync(string? stored, RetentionState state, CancellationToken cancellationToken) =>
        store.TryReplaceAsync(Name, stored, JsonSerializer.Serialize(state), cancellationToken);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Retention erased nothing: {Reason} Check the clock; if all is right, run the command retention --confirm")]
    private partial void LogOnHold(string reason);

    private sealed record RetentionState(DateTime? LastRunUtc, DateTime? ConfirmedUtc, string? HoldReason);
}
