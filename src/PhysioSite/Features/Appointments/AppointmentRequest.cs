using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Query;
using PhysioSite.Content;
using PhysioSite.Data.Encryption;
using PhysioSite.Email.Outbox;

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
}

/// <summary>A patient's request for an appointment, from receipt to outcome. It is a request for a call, not a booked time.</summary>
public sealed class AppointmentRequest
{
    private const string Table = "AppointmentRequests";

    /// <summary>The states in which the clinic still has to reach the patient.</summary>
    public static readonly IReadOnlyList<RequestState> WaitingStates = [RequestState.New, RequestState.Claimed, RequestState.NoAnswer];

    /// <summary>The rule of <see cref="OverdueAt"/> and <see cref="IsOverdue(RequestState, DateTime, DateTime)"/>.</summary>
    private static readonly Expression<Func<RequestState, DateTime, DateTime, bool>> OverdueRule =
        (state, dueUtc, now) => (state == RequestState.New || state == RequestState.Claimed) && dueUtc < now;

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

    /// <summary>ISO 639-1 code of the language of the form, for filters. Empty for a request that an earlier version stored.</summary>
    public string Language { get; private set; } = "";

    public DateTime ReceivedUtc { get; private set; }

    /// <summary>The time by which the clinic must answer.</summary>
    public DateTime DueUtc { get; private set; }

    public RequestState State { get; private set; }

    public Guid? ClaimedById { get; private set; }

    public string? ClaimedBy { get; private set; }

    /// <summary>The agreed time of the appointment.</summary>
    public DateTime? AgreedUtc { get; private set; }

    public RequestOutcome? Outcome { get; private set; }

    /// <summary>When the request was closed or withdrawn.</summary>
    public DateTime? ClosedUtc { get; private set; }

    /// <summary>When the next escalation is due. Null once someone has claimed the request or all escalations were sent.</summary>
    public DateTime? EscalateUtc { get; private set; }

    /// <summary>Number of escalations sent: first to the backup inbox, if the clinic has one, then to the managers.</summary>
    public int Escalations { get; private set; }

    /// <summary>The reason the request is held as possible spam.</summary>
    public string? HeldBecause { get; private set; }

    /// <summary>
    /// Token of the patient's private link. Kept only while the request is held, because the email with the link is written on release.
    /// </summary>
    public Encrypted<string>? HeldToken { get; private set; }

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

    public static AppointmentRequest Receive(
        SubmissionKey key, Clinic clinic, VisitKind visit, PatientDetails details, DateTime now, DateTime due)
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
            Language = details.Language,
            ReceivedUtc = now,
            State = RequestState.New,
        };
        request.BeginClock(due);
        request.Record(RequestEventKind.Received, null, now);
        return request;
    }

    /// <summary>Holds a new request as possible spam. No email is sent until staff release it.</summary>
    /// <param name="because">The reason, shown to staff. Must not contain user input.</param>
    /// <param name="statusToken">Token of the patient's private link, needed for the email that is written on release.</param>
    public void Hold(string because, string statusToken, DateTime now)
    {
        State = RequestState.Held;
        (HeldBecause, HeldToken, EscalateUtc) = (because, new(statusToken), null);
        Record(RequestEventKind.Held, null, now, because);
    }

    /// <summary>Releases a held request. It becomes a normal request, and its due time is counted from now.</summary>
    public void Release(StaffActor by, DateTime due, DateTime now)
    {
        if (!IsHeld)
        {
            throw new InvalidOperationException($"The request is {State}, not held.");
        }

        State = RequestState.New;
        (HeldBecause, HeldToken) = (null, null);
        BeginClock(due);
        Change(RequestEventKind.Released, by, now);
    }

    public void Claim(StaffActor by, DateTime now)
    {
        EnsureCanBeProcessed();
        (ClaimedById, ClaimedBy) = (by.Id, by.Name);
        State = State == RequestState.New ? RequestState.Claimed : State;
        Change(RequestEventKind.Claimed, by, now);
    }

    public void RecordNoAnswer(StaffActor by, string? note, DateTime now)
    {
        EnsureCanBeProcessed();
        State = RequestState.NoAnswer;
        Change(RequestEventKind.NoAnswer, by, now, note);
    }

    /// <param name="agreedUtc">The time of the appointment.</param>
    public void Schedule(StaffActor by, DateTime agreedUtc, string? note, DateTime now)
    {
        EnsureCanBeProcessed();
        State = RequestState.Scheduled;
        AgreedUtc = agreedUtc;
        Change(RequestEventKind.Scheduled, by, now, note);
    }

    public void Close(StaffActor by, RequestOutcome outcome, string? note, DateTime now)
    {
        EnsureCanBeProcessed();
        State = RequestState.Closed;
        (Outcome, ClosedUtc) = (outcome, now);
        Change(RequestEventKind.Closed, by, now, note);
    }

    /// <summary>Closes a held request that is spam. It was never due to be answered, so it has no outcome.</summary>
    public void CloseHeld(StaffActor by, DateTime now)
    {
        if (!IsHeld)
        {
            throw new InvalidOperationException($"The request is {State}, not held.");
        }

        (State, ClosedUtc, HeldBecause, HeldToken) = (RequestState.Closed, now, null, null);
        Change(RequestEventKind.Closed, by, now);
    }

    public void AddNote(StaffActor by, string note, DateTime now) => Change(RequestEventKind.Note, by, now, note);

    public void Withdraw(DateTime now)
    {
        EnsureOpen();
        State = RequestState.Withdrawn;
        (HeldBecause, HeldToken) = (null, null);
        ClosedUtc = now;
        Change(RequestEventKind.Withdrawn, null, now);
    }

    /// <summary>
    /// Records that an escalation was sent. <see cref="Version"/> does not change, so staff who have the page open get no conflict. The
    /// save still fails if one of them saved a change first.
    /// </summary>
    /// <param name="told">The recipients, for example "the managers".</param>
    /// <param name="next">When the next escalation is due. Null when there are no further recipients.</param>
    public void Escalate(string told, DateTime? next, DateTime now)
    {
        if (State != RequestState.New)
        {
            throw new InvalidOperationException($"The request is {State}; it needs no escalation.");
        }

        Escalations++;
        EscalateUtc = next;
        Record(RequestEventKind.Escalated, null, now, $"Told {told}.");
    }

    /// <summary>Protects the request from erasure.</summary>
    public void PlaceRetentionHold(StaffActor by, string reason, DateTime now)
    {
        RetentionHoldReason = new(reason);
        Change(RequestEventKind.Kept, by, now, reason);
    }

    public void LiftRetentionHold(StaffActor by, DateTime now)
    {
        RetentionHoldReason = null;
        Change(RequestEventKind.KeptNoLonger, by, now);
    }

    /// <summary>
    /// Erases the data provided by the patient and all notes about it. The private link and the form key become invalid. An open request
    /// is closed first. Every row of <see cref="History"/> that has a note must be loaded.
    /// </summary>
    /// <param name="by">Null when the retention period has ended.</param>
    public void Erase(StaffActor? by, DateTime now)
    {
        if (RetentionHoldReason is not null || IsErased)
        {
            throw new InvalidOperationException("The request is protected from erasure, or erased already.");
        }

        if (IsHeld)
        {
            // A held request was never due to be answered, so it has no outcome.
            (State, ClosedUtc) = (RequestState.Closed, now);
        }
        else if (IsOpen)
        {
            var person = by ?? throw new InvalidOperationException("Only a member of staff may erase an open request.");
            Close(person, RequestOutcome.NotWanted, null, now);
        }

        foreach (var happened in _history)
        {
            happened.EraseNote();
        }

        // The columns are unique, so the value contains the id. The colon never occurs in a hash.
        FormKeyHash = StatusTokenHash = $"erased:{Id:N}";
        Details = new(PatientDetails.Erased);
        (HeldBecause, HeldToken, AgreedUtc, ErasedUtc, Language) = (null, null, null, now, "");
        Change(RequestEventKind.Erased, by, now);
    }

    /// <summary>The encrypted cell of <see cref="Details"/>, for a query that selects it without the rest of the row.</summary>
    public static EncryptedCell DetailsCell(Guid id) => new(Table, nameof(Details), id);

    /// <summary>Records that a member of staff opened the request. This is an audit entry, not a change.</summary>
    public void RecordView(StaffActor by, DateTime now) => Record(RequestEventKind.Viewed, by, now);

    /// <summary>Starts the due time and schedules the first escalation for it.</summary>
    private void BeginClock(DateTime dueUtc) => (DueUtc, EscalateUtc, Escalations) = (dueUtc, dueUtc, 0);

    private void Change(RequestEventKind kind, StaffActor? by, DateTime now, string? note = null)
    {
        Version++;
        EscalateUtc = State == RequestState.New ? EscalateUtc : null;
        Record(kind, by, now, note);
    }

    private void Record(RequestEventKind kind, StaffActor? by, DateTime now, string? note = null) =>
        _history.Add(new RequestEvent(Id, kind, by, now, note));

    private void EnsureOpen()
    {
        if (!IsOpen)
        {
            throw new InvalidOperationException($"The request is {State}; it cannot change any more.");
        }
    }

    private void EnsureCanBeProcessed()
    {
        if (!CanBeProcessed)
        {
            throw new InvalidOperationException($"The request is {State}; it cannot be processed.");
        }
    }

    internal sealed class Configuration : IEntityTypeConfiguration<AppointmentRequest>
    {
        public void Configure(EntityTypeBuilder<AppointmentRequest> builder)
        {
            builder.ToTable(Table);
            builder.Property(request => request.Id).ValueGeneratedNever();
            builder.Property(request => request.Reference).HasMaxLength(Appointments.Reference.Length);
            builder.Property(request => request.FormKeyHash).HasMaxLength(50);
            builder.Property(request => request.StatusTokenHash).HasMaxLength(50);
            builder.Property(request => request.ClinicSlug).HasMaxLength(100);
            builder.Property(request => request.ClaimedBy).HasMaxLength(100);
            builder.Property(request => request.Details).IsEncrypted();
            builder.Property(request => request.Language).HasMaxLength(2).HasDefaultValue("");
            builder.Property(request => request.Escalations).HasDefaultValue(0);
            builder.Property(request => request.HeldBecause).HasMaxLength(200);
            builder.Property(request => request.HeldToken).IsEncrypted();
            builder.Property(request => request.RetentionHoldReason).HasColumnName("KeepReason").IsEncrypted();
            builder.Property(request => request.Version).IsConcurrencyToken();
            builder.HasIndex(request => request.Reference).IsUnique();
            builder.HasIndex(request => request.FormKeyHash).IsUnique();
            builder.HasIndex(request => request.StatusTokenHash).IsUnique();
            builder.HasIndex(request => new { request.ClinicSlug, request.State, request.DueUtc });
            builder.HasIndex(request => request.EscalateUtc);
            builder.HasMany(request => request.History).WithOne().HasForeignKey(happened => happened.RequestId);
            builder.HasMany<OutboxEmail>().WithOne().HasForeignKey(email => email.RequestId);
        }
    }
}
