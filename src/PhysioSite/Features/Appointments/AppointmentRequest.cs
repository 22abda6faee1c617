using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Query;
using PhysioSite.Content.Model;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Features.Appointments;

public enum RequestState
{
    /// <summary>Held as possible spam. No email is sent. Staff release the request, or retention erases it.</summary>
    Held,

    /// <summary>Not yet claimed by a member of staff.</summary>
    New,

    /// <summary>Claimed by a member of staff who is about to call.</summary>
    Claimed,

    /// <summary>Staff tried to call and did not reach the patient.</summary>
    NoAnswer,

    /// <summary>An appointment time is agreed.</summary>
    Scheduled,

    Closed,

    /// <summary>Withdrawn by the patient.</summary>
    Withdrawn,
}

public enum RequestOutcome
{
    AppointmentMade,
    SentElsewhere,
    CouldNotBeReached,
    NotWanted,
    Duplicate,

    /// <summary>
    /// Nobody recorded whether the appointment took place. The site closes such a request; staff can correct the outcome. Not an outcome
    /// that figures count.
    /// </summary>
    Unconfirmed,
}

/// <summary>A patient's request for an appointment, from receipt to outcome. It is a request for a call, not a booked time.</summary>
public sealed partial class AppointmentRequest
{
    private const string Table = "AppointmentRequests";

    /// <summary>The states in which the clinic still has to reach the patient.</summary>
    public static readonly IReadOnlyList<RequestState> WaitingStates = [RequestState.New, RequestState.Claimed, RequestState.NoAnswer];

    /// <summary>The rule of <see cref="OverdueAt"/> and <see cref="IsOverdue(RequestState, DateTime, DateTime)"/>.</summary>
    private static readonly Expression<Func<RequestState, DateTime, DateTime, bool>> OverdueRule =
        (state, dueUtc, now) =>
            (state == RequestState.New || state == RequestState.Claimed || state == RequestState.NoAnswer) && dueUtc < now;

    private static readonly Func<RequestState, DateTime, DateTime, bool> IsOverdueByRule = OverdueRule.Compile();

    private readonly List<RequestEvent> _history = [];

    private AppointmentRequest()
    {
    }

    public Guid Id { get; private set; }

    public string Reference { get; private set; } = "";

    /// <summary>Unique: each rendered form yields at most one request.</summary>
    public string FormKeyHash { get; private set; } = "";

    public string StatusTokenHash { get; private set; } = "";

    public string ClinicSlug { get; private set; } = "";

    public VisitKind Visit { get; private set; }

    public Encrypted<PatientDetails> Details { get; private set; } = null!;

    public DateTime ReceivedUtc { get; private set; }

    /// <summary>The time by which the clinic must answer or, after a call that did not settle the request, call again.</summary>
    public DateTime DueUtc { get; private set; }

    public RequestState State { get; private set; }

    public Guid? ClaimedById { get; private set; }

    public string? ClaimedBy { get; private set; }

    /// <summary>The agreed time of the appointment.</summary>
    public DateTime? AgreedUtc { get; private set; }

    public RequestOutcome? Outcome { get; private set; }

    /// <summary>When the request was closed or withdrawn.</summary>
    public DateTime? ClosedUtc { get; private set; }

    /// <summary>
    /// When the next escalation is due. Null while someone is working on the request, once it is settled, and when all were sent.
    /// </summary>
    public DateTime? EscalateUtc { get; private set; }

    /// <summary>Number of escalations sent: first to the backup inbox, if the clinic has one, then to the managers.</summary>
    public int Escalations { get; private set; }

    /// <summary>The reason the request is held as possible spam.</summary>
    public string? HeldBecause { get; private set; }

    /// <summary>
    /// Token of the patient's private link, for emails. Null for a request that an earlier version stored and did not hold. Stored under
    /// an earlier name.
    /// </summary>
    public Encrypted<string>? StatusToken { get; private set; }

    /// <summary>Language of the patient's form, for filters. Empty until read from the details of an old request.</summary>
    public string Language { get; private set; } = "";

    /// <summary>
    /// Keyed hash of the phone number (<see cref="RequestIndex"/>), by which requests of the same patient are found. Null without one, and
    /// until it is computed for a request of an earlier version.
    /// </summary>
    public string? PhoneKey { get; private set; }

    /// <summary>The same for the email address.</summary>
    public string? EmailKey { get; private set; }

    /// <summary>
    /// The number of the request in the rows of <see cref="SearchTerm"/>, by which the staff search finds it. Null until it is indexed. A
    /// concurrency token, so that a request cannot be indexed twice.
    /// </summary>
    public long? SearchId { get; private set; }

    /// <summary>Number of calls recorded by staff, with any result.</summary>
    public int Calls { get; private set; }

    /// <summary>The last change by staff, the patient or the site. A view is not a change.</summary>
    public DateTime ChangedUtc { get; private set; }

    /// <summary>When the patient reported that nobody called. Null after the next action of staff.</summary>
    public DateTime? NotCalledUtc { get; private set; }

    /// <summary>
    /// When the patient canceled a request that staff had worked on, so that a slot may still be booked. Null once staff acknowledged it.
    /// </summary>
    public DateTime? UnacknowledgedUtc { get; private set; }

    /// <summary>When the patient gets a reminder of the agreed time. Null for none, and once it was sent.</summary>
    public DateTime? RemindUtc { get; private set; }

    /// <summary>The SEQUENCE of the calendar entry (RFC 5545). It rises with each agreed time and when one is dropped.</summary>
    public int CalendarSequence { get; private set; }

    /// <summary>Number of times the managers were told that the untouched request will be erased.</summary>
    public int ErasureWarnings { get; private set; }

    /// <summary>When the managers were told last.</summary>
    public DateTime? WarnedUtc { get; private set; }

    /// <summary>The reason the request is protected from erasure. Null when it is not.</summary>
    public Encrypted<string>? RetentionHoldReason { get; private set; }

    /// <summary>When the data provided by the patient was erased. The audit trail (who did what, and when) is kept.</summary>
    public DateTime? ErasedUtc { get; private set; }

    /// <summary>Concurrency token: incremented on each change to detect concurrent edits.</summary>
    public int Version { get; private set; }

    public IReadOnlyList<RequestEvent> History => _history;

    /// <summary>
    /// When the clinic received the request: on receipt or, for a held request, on release. The history row of the release must be
    /// loaded.
    /// </summary>
    public DateTime WaitsSinceUtc =>
        _history.Where(happened => happened.Kind == RequestEventKind.Released).Max(happened => (DateTime?)happened.AtUtc) ?? ReceivedUtc;

    public bool IsOpen => State is not (RequestState.Closed or RequestState.Withdrawn);

    public bool IsHeld => State == RequestState.Held;

    public bool IsErased => ErasedUtc is not null;

    /// <summary>Whether staff may process the request. They must release a held request first.</summary>
    public bool CanBeProcessed => IsOpen && !IsHeld;

    /// <summary>Whether the clinic still has to reach the patient.</summary>
    public bool IsWaiting => WaitingStates.Contains(State);

    /// <summary>Whether staff may continue a request that they closed or that the patient canceled.</summary>
    public bool CanBeReopened => !IsOpen && !IsErased;

    /// <summary>Whether an agreed time lies ahead, also after staff closed the request as an appointment made.</summary>
    public bool HasAppointmentAhead(DateTime now) =>
        AgreedUtc > now && (State == RequestState.Scheduled || Outcome == RequestOutcome.AppointmentMade);

    /// <summary>Whether the patient may cancel. A time that has passed cannot be canceled.</summary>
    public bool CanBeWithdrawn(DateTime now) => IsWaiting || IsHeld || HasAppointmentAhead(now);

    /// <summary>Whether the patient may report that nobody called. Once for each promised time.</summary>
    public bool CanReportNoCall(DateTime now) => IsOverdue(now) && NotCalledUtc is null;

    /// <summary>True when the due time has passed and nobody has tried to reach the patient.</summary>
    public bool IsOverdue(DateTime now) => IsOverdue(State, DueUtc, now);

    /// <summary>The rule of <see cref="IsOverdue(DateTime)"/> for a row of which only these columns were read.</summary>
    public static bool IsOverdue(RequestState state, DateTime dueUtc, DateTime now) => IsOverdueByRule(state, dueUtc, now);

    /// <summary>The rule of <see cref="IsOverdue(DateTime)"/> for a query.</summary>
    public static Expression<Func<AppointmentRequest, bool>> OverdueAt(DateTime now)
    {
        var request = Expression.Parameter(typeof(AppointmentRequest), "request");
        Expression<Func<DateTime>> time = () => now;
        Expression[] values = [Expression.Property(request, nameof(State)), Expression.Property(request, nameof(DueUtc)), time.Body];
        var rule = new ReplacingExpressionVisitor([.. OverdueRule.Parameters], values).Visit(OverdueRule.Body);
        return Expression.Lambda<Func<AppointmentRequest, bool>>(rule, request);
    }

    /// <summary>Whether a request belongs to the clinic, for a query. It may have the slug that the clinic had when it was sent.</summary>
    public static Expression<Func<AppointmentRequest, bool>> BelongsTo(Clinic clinic)
    {
        var slugs = clinic.Slugs;
        return request => slugs.Contains(request.ClinicSlug);
    }

    /// <param name="by">The member of staff who entered the request during a phone call. Null for a form of the patient.</param>
    public static AppointmentRequest Receive(
        SubmissionKey key, Clinic clinic, VisitKind visit, PatientDetails details, DateTime now, DateTime due, StaffActor? by = null)
    {
        var request = new AppointmentRequest
        {
            Id = Guid.CreateVersion7(),
            Reference = Appointments.Reference.Next(),
            FormKeyHash = key.Hash,
            StatusTokenHash = SubmissionKey.HashToken(key.StatusToken),
            ClinicSlug = clinic.Slug,
            Visit = visit,
            Details = new(details),
            StatusToken = new(key.StatusToken),
            Language = details.Language,
            ReceivedUtc = now,
            ChangedUtc = now,
            State = RequestState.New,
        };
        request.BeginClock(due);
        request.Record(RequestEventKind.Received, by, now).TimeUtc = due;
        return request;
    }

    /// <summary>The encrypted cell of <see cref="Details"/>, for a query that selects it without the rest of the row.</summary>
    public static EncryptedCell DetailsCell(Guid id) => new(Table, nameof(Details), id);

    /// <summary>By <see cref="RequestIndex"/>, which adds the terms.</summary>
    internal void SetIndex(ContactKeys keys, long searchId) => (PhoneKey, EmailKey, SearchId) = (keys.Phone, keys.Email, searchId);

    /// <summary>Records that a member of staff opened the request. This is an audit entry, not a change.</summary>
    public void RecordView(StaffActor by, DateTime now) => Record(RequestEventKind.Viewed, by, now);

    /// <summary>Starts the time to answer and schedules the first escalation for its end.</summary>
    private void BeginClock(DateTime dueUtc) => (DueUtc, EscalateUtc, Escalations) = (dueUtc, dueUtc, 0);

    private void StopClock() => EscalateUtc = null;

    private RequestEvent Change(RequestEventKind kind, StaffActor? by, DateTime now, string? note = null)
    {
        Version++;
        (ChangedUtc, ErasureWarnings, WarnedUtc) = (now, 0, null);
        NotCalledUtc = by is null ? NotCalledUtc : null;
        return Record(kind, by, now, note);
    }

    private RequestEvent Record(RequestEventKind kind, StaffActor? by, DateTime now, string? note = null)
    {
        var happened = new RequestEvent(Id, kind, by, now, note);
        _history.Add(happened);
        return happened;
    }

    private void Ensure(bool isAllowed)
    {
        if (!isAllowed)
        {
            throw new InvalidOperationException($"The request is {State}; the change is not possible.");
        }
    }
}
