using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PhysioSite.Content;
using PhysioSite.Data.Encryption;

namespace PhysioSite.Features.Appointments;

public enum RequestState
{
    /// <summary>Looks like spam. Nobody was mailed; staff release it or leave it to be erased.</summary>
    Held,

    /// <summary>Nobody has taken it yet.</summary>
    New,

    /// <summary>Someone is about to call.</summary>
    Claimed,

    /// <summary>Tried, not reached.</summary>
    NoAnswer,

    /// <summary>A time is agreed.</summary>
    Scheduled,

    Closed,

    /// <summary>By the patient.</summary>
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

/// <summary>A patient's wish for an appointment, from receipt to outcome. It promises a call, never a booked time.</summary>
public sealed class AppointmentRequest
{
    private const string Table = "AppointmentRequests";

    private readonly List<RequestEvent> _history = [];

    private AppointmentRequest()
    {
    }

    public Guid Id { get; private set; }

    public string Reference { get; private set; } = "";

    /// <summary>Unique: one rendered form is one request.</summary>
    public string FormKeyHash { get; private set; } = "";

    public string StatusTokenHash { get; private set; } = "";

    public string ClinicSlug { get; private set; } = "";

    public VisitKind Visit { get; private set; }

    public Encrypted<PatientDetails> Details { get; private set; } = null!;

    public DateTime ReceivedUtc { get; private set; }

    /// <summary>By when the clinic answers.</summary>
    public DateTime DueUtc { get; private set; }

    public RequestState State { get; private set; }

    public Guid? ClaimedById { get; private set; }

    public string? ClaimedBy { get; private set; }

    /// <summary>When the patient comes, once it is agreed.</summary>
    public DateTime? AgreedUtc { get; private set; }

    public RequestOutcome? Outcome { get; private set; }

    /// <summary>When it was closed or withdrawn.</summary>
    public DateTime? ClosedUtc { get; private set; }

    /// <summary>When the next person is told that nobody has taken it; null once someone has, or when everyone was told.</summary>
    public DateTime? EscalateUtc { get; private set; }

    /// <summary>How often someone was told: the backup inbox first, where the clinic has one, then the managers.</summary>
    public int Escalations { get; private set; }

    /// <summary>Why it looks like spam, while it is held.</summary>
    public string? HeldBecause { get; private set; }

    /// <summary>Of the patient's private link, kept only while the request is held: the mail that names it is yet to be written.</summary>
    public Encrypted<string>? HeldToken { get; private set; }

    /// <summary>Why it must not be erased; null when it may be.</summary>
    public Encrypted<string>? KeepReason { get; private set; }

    /// <summary>When what the patient wrote was erased. Who did what, and when, stays.</summary>
    public DateTime? ErasedUtc { get; private set; }

    /// <summary>Counts changes, so that two people who change the same request are told.</summary>
    public int Version { get; private set; }

    public IReadOnlyList<RequestEvent> History => _history;

    /// <summary>Since when the clinic has it: its receipt or, if it was held, its release, whose row must be loaded.</summary>
    public DateTime WaitsSinceUtc => _history.Where(happened => happened.Kind == RequestEventKind.Released).Max(happened => (DateTime?)happened.AtUtc) ?? ReceivedUtc;

    public bool IsOpen => State is not (RequestState.Closed or RequestState.Withdrawn);

    public bool IsHeld => State == RequestState.Held;

    /// <summary>The due time has passed and nobody has tried to reach the patient.</summary>
    public bool IsOverdue(DateTime now) => IsOverdue(State, DueUtc, now);

    public static bool IsOverdue(RequestState state, DateTime dueUtc, DateTime now) => state is RequestState.New or RequestState.Claimed && dueUtc < now;

    public static AppointmentRequest Receive(SubmissionKey key, Clinic clinic, VisitKind visit, PatientDetails details, DateTime now, DateTime due)
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
            ReceivedUtc = now,
            State = RequestState.New,
        };
        request.BeginClock(due);
        request.Record(RequestEventKind.Received, null, now);
        return request;
    }

    /// <summary>Sets a request aside that looks like spam, as it comes in: nobody is told of it until staff release it.</summary>
    /// <param name="because">In words for staff, without anything that was typed.</param>
    /// <param name="statusToken">Of the patient's private link, for the mail that is written on release.</param>
    public void Hold(string because, string statusToken, DateTime now)
    {
        State = RequestState.Held;
        (HeldBecause, HeldToken, EscalateUtc) = (because, new(statusToken), null);
        Record(RequestEventKind.Held, null, now, because);
    }

    /// <summary>Makes a held request one like any other, with a due time that begins now.</summary>
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
        EnsureInHand();
        (ClaimedById, ClaimedBy) = (by.Id, by.Name);
        State = State == RequestState.New ? RequestState.Claimed : State;
        Change(RequestEventKind.Claimed, by, now);
    }

    public void RecordNoAnswer(StaffActor by, string? note, DateTime now)
    {
        EnsureInHand();
        State = RequestState.NoAnswer;
        Change(RequestEventKind.NoAnswer, by, now, note);
    }

    /// <param name="agreedUtc">When the patient comes.</param>
    public void Schedule(StaffActor by, DateTime agreedUtc, string? note, DateTime now)
    {
        EnsureInHand();
        State = RequestState.Scheduled;
        AgreedUtc = agreedUtc;
        Change(RequestEventKind.Scheduled, by, now, note);
    }

    public void Close(StaffActor by, RequestOutcome outcome, string? note, DateTime now)
    {
        EnsureInHand();
        State = RequestState.Closed;
        (Outcome, ClosedUtc) = (outcome, now);
        Change(RequestEventKind.Closed, by, now, note);
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
    /// Records that someone was told that nobody has taken it. <see cref="Version"/> stays, so that staff who have the page open are not
    /// told of a conflict, but the save fails when one of them was faster.
    /// </summary>
    /// <param name="told">Who: "the managers".</param>
    /// <param name="next">When the next one is told; null when nobody is left.</param>
    public void Escalate(string told, DateTime? next, DateTime now)
    {
        if (State != RequestState.New)
        {
            throw new InvalidOperationException($"The request is {State}; someone has it in hand.");
        }

        Escalations++;
        EscalateUtc = next;
        Record(RequestEventKind.Escalated, null, now, $"Told {told}.");
    }

    /// <summary>Protects it from erasure.</summary>
    public void Keep(StaffActor by, string reason, DateTime now)
    {
        KeepReason = new(reason);
        Change(RequestEventKind.Kept, by, now, reason);
    }

    public void KeepNoLonger(StaffActor by, DateTime now)
    {
        KeepReason = null;
        Change(RequestEventKind.KeptNoLonger, by, now);
    }

    /// <summary>
    /// Erases what the patient told us and what was written about it; the private link and the form lead nowhere afterwards. An open request
    /// is closed first. Every row of <see cref="History"/> that has a note must be loaded.
    /// </summary>
    /// <param name="by">Null when it was kept long enough.</param>
    public void Erase(StaffActor? by, DateTime now)
    {
        if (KeepReason is not null || ErasedUtc is not null)
        {
            throw new InvalidOperationException("The request is kept, or erased already.");
        }

        if (State == RequestState.Held)
        {
            // Nobody was to answer it, so nothing came of it either.
            (State, ClosedUtc) = (RequestState.Closed, now);
        }
        else if (IsOpen)
        {
            Close(by ?? throw new InvalidOperationException("An open request is erased by a person alone."), RequestOutcome.NotWanted, null, now);
        }

        foreach (var happened in _history)
        {
            happened.EraseNote();
        }

        // Unique as the columns must be, and with a sign that no hash has.
        FormKeyHash = StatusTokenHash = $"erased:{Id:N}";
        Details = new(PatientDetails.Erased);
        (HeldBecause, HeldToken, AgreedUtc, ErasedUtc) = (null, null, null, now);
        Change(RequestEventKind.Erased, by, now);
    }

    /// <summary>Where <see cref="Details"/> is, for a query that selects it without the rest of the row.</summary>
    public static EncryptedCell DetailsCell(Guid id) => new(Table, nameof(Details), id);

    /// <summary>Someone opened it: kept for audit, not a change.</summary>
    public void RecordView(StaffActor by, DateTime now) => Record(RequestEventKind.Viewed, by, now);

    /// <summary>From now on an answer is owed; when it has not begun in time, others are told.</summary>
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

    /// <summary>What staff do with a patient, they do after they have said that it is one.</summary>
    private void EnsureInHand()
    {
        EnsureOpen();
        if (IsHeld)
        {
            throw new InvalidOperationException("The request is held; release it first.");
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
            builder.Property(request => request.Escalations).HasDefaultValue(0);
            builder.Property(request => request.HeldBecause).HasMaxLength(200);
            builder.Property(request => request.HeldToken).IsEncrypted();
            builder.Property(request => request.KeepReason).IsEncrypted();
            builder.Property(request => request.Version).IsConcurrencyToken();
            builder.HasIndex(request => request.Reference).IsUnique();
            builder.HasIndex(request => request.FormKeyHash).IsUnique();
            builder.HasIndex(request => request.StatusTokenHash).IsUnique();
            builder.HasIndex(request => new { request.ClinicSlug, request.State, request.DueUtc });
            builder.HasIndex(request => request.EscalateUtc);
            builder.HasMany(request => request.History).WithOne().HasForeignKey(happened => happened.RequestId);
        }
    }
}
