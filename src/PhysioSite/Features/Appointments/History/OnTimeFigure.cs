using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;

namespace PhysioSite.Features.Appointments.History;

/// <param name="Percent">Rounded down, so that 100 means every call.</param>
/// <param name="Days">The days that were counted.</param>
public sealed record OnTimeShare(int Percent, int Days);

/// <summary>
/// The share of patients whom a clinic called, texted or emailed by the time that was promised on the receipt. Public only by
/// <see cref="AppointmentOptions.PublicOnTimeDays"/>. Counted at most once an hour.
/// </summary>
/// <remarks>
/// A try without an answer counts, because the clinic kept its word. Not counted are requests from a phone call, held requests, those that
/// the patient canceled before the promised time, and those sent twice.
/// </remarks>
public sealed partial class OnTimeFigure(
    IServiceScopeFactory scopes, IOptions<AppointmentOptions> options, TimeProvider time, ILogger<OnTimeFigure> log)
{
    /// <summary>With fewer requests, one late call would change the figure by several percent.</summary>
    public const int FewestRequests = 30;

    /// <summary>How long a count is used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private static readonly RequestEventKind[] Tries = [RequestEventKind.NoAnswer, RequestEventKind.Called, RequestEventKind.Scheduled];

    /// <summary>Outcomes that staff can only record after they reached the patient or tried to.</summary>
    private static readonly RequestOutcome?[] OutcomesOfACall =
    [
        RequestOutcome.AppointmentMade, RequestOutcome.SentElsewhere, RequestOutcome.CouldNotBeReached, RequestOutcome.NotWanted,
    ];

    private volatile CountedShare? _last;

    public bool IsPublic => options.Value.PublicOnTimeDays > 0;

    /// <summary>Null when the figure is not public, when there are too few requests, and when they cannot be counted.</summary>
    public async Task<OnTimeShare?> FindAsync(CancellationToken cancellationToken)
    {
        if (!IsPublic)
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (_last is { } last && last.AtUtc <= now && now < last.AtUtc + Lifetime)
        {
            return last.Share;
        }

        try
        {
            var share = await CountAsync(options.Value.PublicOnTimeDays, now, cancellationToken);
            _last = new CountedShare(share, now);
            return share;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            var failure = StorageFailure.ForLog(e);
            LogNotCounted(failure.Exception, failure.Reason);
            return null;
        }
    }

    private async Task<OnTimeShare?> CountAsync(int days, DateTime now, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        var since = now.AddDays(-days);
        var events = db.Set<RequestEvent>();
        var promises =
            from received in events
            join request in db.Set<AppointmentRequest>() on received.RequestId equals request.Id
            where received.Kind == RequestEventKind.Received && received.ById == null
                && received.TimeUtc >= since && received.TimeUtc < now
            let first = events
                .Where(happened => happened.RequestId == request.Id
                    && (Tries.Contains(happened.Kind)
                        || (happened.Kind == RequestEventKind.Closed && OutcomesOfACall.Contains(request.Outcome))))
                .Min(happened => (DateTime?)happened.AtUtc)
            let wasHeld = events.Any(happened => happened.RequestId == request.Id && happened.Kind == RequestEventKind.Held)
            where first != null
                || (request.State != RequestState.Held
                    && request.Outcome != RequestOutcome.Duplicate
                    && !(request.State == RequestState.Withdrawn && request.ClosedUtc < received.TimeUtc)
                    && !(request.State == RequestState.Closed && request.Outcome == null && wasHeld))
            select first != null && first <= received.TimeUtc;
        var wereOnTime = await promises.ToListAsync(cancellationToken);
        return wereOnTime.Count < FewestRequests
            ? null
            : new OnTimeShare(100 * wereOnTime.Count(onTime => onTime) / wereOnTime.Count, days);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The share of calls made on time could not be counted, so it is not shown: {Reason}")]
    private partial void LogNotCounted(Exception? exception, string reason);

    private sealed record CountedShare(OnTimeShare? Share, DateTime AtUtc);
}
