using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Features.Staff.Requests.Listing;

public enum QueueTab
{
    /// <summary>
    /// Overdue, or due soon, first calls and further tries alike. Canceled requests that nobody has acknowledged come first.
    /// </summary>
    Due,

    /// <summary>Due on the clinic's current day.</summary>
    Today,
    Later,
    Retry,
    Mine,
    Booked,
    Canceled,
    Held,
    Closed,
    All,
}

/// <summary>The requests of each tab of the queue.</summary>
/// <param name="Me">The member of staff who reads the queue.</param>
/// <param name="Days">The end of the current day, in UTC, of the clinics with the same time zone.</param>
internal sealed record QueueTabs(Guid Me, DateTime NowUtc, IReadOnlyList<(DateTime EndUtc, List<string> Slugs)> Days)
{
    /// <summary>Canceled by the patient, and nobody has seen it yet.</summary>
    public static readonly Expression<Func<AppointmentRequest, bool>> Unacknowledged = request => request.UnacknowledgedUtc != null;

    /// <summary>How long before its due time a request moves to the first tab.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromHours(2);

    /// <summary>
    /// A clinic that is no longer part of the content has its day in UTC. The slugs are one parameter: with one for each of many clinics,
    /// to make and read the statement takes longer than to execute it. The rule is made once, so that two counts share its parameters.
    /// </summary>
    private readonly Expression<Func<AppointmentRequest, bool>> _isToday = IsToday(NowUtc, Days);

    public static QueueTabs At(DateTime nowUtc, Guid me, IEnumerable<Clinic> clinics) => new(
        me,
        nowUtc,
        [.. clinics
            .GroupBy(clinic => clinic.TimeZone.NextMidnight(nowUtc))
            .Select(group => (group.Key, group.SelectMany(clinic => clinic.Slugs).ToList()))]);

    /// <summary>The label of a tab.</summary>
    public static string Name(QueueTab tab) => tab switch
    {
        QueueTab.Due => "Due now",
        QueueTab.Today => "Later today",
        QueueTab.Later => "Later",
        QueueTab.Retry => "Try again",
        QueueTab.Mine => "Mine",
        QueueTab.Booked => "Booked",
        QueueTab.Canceled => "Canceled by patient",
        QueueTab.Held => "Held",
        QueueTab.Closed => "Closed",
        _ => "All",
    };

    /// <summary>What the tab contains, in a sentence.</summary>
    public static string Explain(QueueTab tab) => tab switch
    {
        QueueTab.Due => "Overdue, or due within two hours. Requests that patients canceled come first, until somebody has seen them.",
        QueueTab.Today => "Due later today, on the clinic’s clock.",
        QueueTab.Later => "Due tomorrow or later.",
        QueueTab.Retry => "Tried and not reached. The next try is later.",
        QueueTab.Mine => "Claimed by you and not settled.",
        QueueTab.Booked => "A time is agreed, the earliest first.",
        QueueTab.Canceled => "Canceled by the patient, the latest first. Check that no time is still booked.",
        QueueTab.Held => "These look like spam, so no emails were sent. Release requests from patients, and close or leave the rest.",
        QueueTab.Closed => "Settled, the latest first.",
        _ => "Every request, the newest first.",
    };

    /// <summary>The waiting requests of the first tab.</summary>
    public Expression<Func<AppointmentRequest, bool>> DueSoon
    {
        get
        {
            var soon = NowUtc + Soon;
            return request => request.UnacknowledgedUtc == null
                && AppointmentRequest.WaitingStates.Contains(request.State) && request.DueUtc <= soon;
        }
    }

    /// <summary>
    /// The requests of a tab in its order: the one to do first, or the latest. They are the parts one after the other; each part is a range
    /// of one index.
    /// </summary>
    public IReadOnlyList<IQueryable<AppointmentRequest>> Parts(IQueryable<AppointmentRequest> requests, QueueTab tab) =>
        tab == QueueTab.Due
            ? [Sort(requests.Where(Unacknowledged), tab), Sort(requests.Where(DueSoon), tab)]
            : [Sort(requests.Where(Rule(tab)), tab)];

    /// <summary>Which requests a tab has, for every tab except the first, which has two parts.</summary>
    public Expression<Func<AppointmentRequest, bool>> Rule(QueueTab tab)
    {
        var (me, soon) = (Me, NowUtc + Soon);
        return tab switch
        {
            QueueTab.Today => And(NotTriedAfter(soon), _isToday),
            QueueTab.Later => And(NotTriedAfter(soon), Not(_isToday)),
            QueueTab.Retry => request => request.State == RequestState.NoAnswer && request.DueUtc > soon,
            QueueTab.Mine => request => request.ClaimedById == me && AppointmentRequest.WaitingStates.Contains(request.State),
            QueueTab.Booked => request => request.State == RequestState.Scheduled,
            QueueTab.Canceled => request => request.State == RequestState.Withdrawn && request.ErasedUtc == null,
            QueueTab.Held => request => request.State == RequestState.Held,
            QueueTab.Closed => request => request.State == RequestState.Closed,
            _ => request => true,
        };
    }

    private static Expression<Func<AppointmentRequest, bool>> NotTriedAfter(DateTime soon) =>
        request => (request.State == RequestState.New || request.State == RequestState.Claimed) && request.DueUtc > soon;

    private static IQueryable<AppointmentRequest> Sort(IQueryable<AppointmentRequest> requests, QueueTab tab) => tab switch
    {
        QueueTab.Booked => requests
            .OrderBy(request => request.AgreedUtc != null).ThenBy(request => request.AgreedUtc).ThenBy(request => request.Id),
        QueueTab.Canceled or QueueTab.Closed =>
            requests.OrderByDescending(request => request.ClosedUtc).ThenByDescending(request => request.Id),
        // IDs are generated in chronological order.
        QueueTab.All => requests.OrderByDescending(request => request.Id),
        _ => requests.OrderBy(request => request.DueUtc).ThenBy(request => request.Id),
    };

    private static Expression<Func<AppointmentRequest, bool>> IsToday(
        DateTime nowUtc, IReadOnlyList<(DateTime EndUtc, List<string> Slugs)> days)
    {
        var known = days.SelectMany(day => day.Slugs).ToList();
        var utcDayEnd = nowUtc.Date.AddDays(1);
        Expression<Func<AppointmentRequest, bool>> removed =
            request => !EF.Parameter(known).Contains(request.ClinicSlug) && request.DueUtc < utcDayEnd;
        return days.Aggregate(removed, (today, day) =>
        {
            var (endUtc, slugs) = day;
            return Or(today, request => EF.Parameter(slugs).Contains(request.ClinicSlug) && request.DueUtc < endUtc);
        });
    }

    private static Expression<Func<AppointmentRequest, bool>> Or(
        Expression<Func<AppointmentRequest, bool>> left, Expression<Func<AppointmentRequest, bool>> right) =>
        Expression.Lambda<Func<AppointmentRequest, bool>>(Expression.OrElse(left.Body, BodyOf(right, left.Parameters)), left.Parameters);

    private static Expression<Func<AppointmentRequest, bool>> And(
        Expression<Func<AppointmentRequest, bool>> left, Expression<Func<AppointmentRequest, bool>> right) =>
        Expression.Lambda<Func<AppointmentRequest, bool>>(Expression.AndAlso(left.Body, BodyOf(right, left.Parameters)), left.Parameters);

    private static Expression BodyOf(LambdaExpression rule, IReadOnlyList<Expression> parameters) =>
        new ReplacingExpressionVisitor([.. rule.Parameters], parameters).Visit(rule.Body);

    private static Expression<Func<AppointmentRequest, bool>> Not(Expression<Func<AppointmentRequest, bool>> rule) =>
        Expression.Lambda<Func<AppointmentRequest, bool>>(Expression.Not(rule.Body), rule.Parameters);
}
