using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Features.Appointments;

/// <summary>What staff do with a request. Each change takes the note that was typed with it.</summary>
public sealed partial class AppointmentRequest
{
    /// <summary>Releases a held request. It becomes a normal request, and its due time is counted from now.</summary>
    public void Release(StaffActor by, DateTime due, string? note, DateTime now)
    {
        Ensure(IsHeld);
        (State, HeldBecause) = (RequestState.New, null);
        BeginClock(due);
        Change(RequestEventKind.Released, by, now, note);
    }

    /// <summary>Holds a request that turned out to be spam. An agreed time is dropped.</summary>
    public void MarkAsSpam(StaffActor by, string reason, DateTime now)
    {
        Ensure(CanBeProcessed);
        (State, HeldBecause) = (RequestState.Held, "A member of staff marked it as spam.");
        (ClaimedById, ClaimedBy) = (null, null);
        StopClock();
        Change(RequestEventKind.Held, by, now, reason).TimeUtc = DropAgreedTime();
    }

    /// <summary>Closes a held request that is spam. It was never due to be answered, so it has no outcome.</summary>
    public void CloseHeld(StaffActor by, DateTime now)
    {
        Ensure(IsHeld);
        (State, ClosedUtc, HeldBecause) = (RequestState.Closed, now, null);
        Change(RequestEventKind.Closed, by, now);
    }

    public void Claim(StaffActor by, string? note, DateTime now)
    {
        Ensure(CanBeProcessed);
        (ClaimedById, ClaimedBy) = (by.Id, by.Name);
        State = State == RequestState.New ? RequestState.Claimed : State;
        EscalateUtc = State == RequestState.Claimed ? null : EscalateUtc;
        Change(RequestEventKind.Claimed, by, now, note);
    }

    /// <summary>Returns a claimed request to the queue. It escalates as if nobody had claimed it.</summary>
    /// <param name="by">Null when the site does it, because nothing happened for too long or the account was deactivated.</param>
    public void ReleaseClaim(StaffActor? by, string? note, DateTime now)
    {
        Ensure(CanBeProcessed && ClaimedById is not null);
        EndClaim();
        Change(RequestEventKind.ClaimReleased, by, now, note);
    }

    /// <summary>
    /// Records a call. A time that has been agreed and lies ahead stays agreed; otherwise the request is due again at the next try and
    /// escalates like a first call.
    /// </summary>
    /// <param name="nextTryUtc">When to call again.</param>
    public void RecordCall(StaffActor by, CallResult result, DateTime nextTryUtc, string? note, DateTime now)
    {
        Ensure(CanBeProcessed);
        Calls++;
        DateTime? time = null;
        if (State != RequestState.Scheduled || AgreedUtc <= now)
        {
            time = nextTryUtc;
            DropAgreedTime();
            if (result == CallResult.Answered)
            {
                (State, ClaimedById, ClaimedBy) = (RequestState.Claimed, by.Id, by.Name);
            }
            else
            {
                State = RequestState.NoAnswer;
            }

            BeginClock(nextTryUtc);
        }

        var happened = Change(result == CallResult.Answered ? RequestEventKind.Called : RequestEventKind.NoAnswer, by, now, note);
        (happened.Result, happened.TimeUtc) = (result, time);
    }

    /// <param name="agreedUtc">The time of the appointment. In the past if staff record it afterwards.</param>
    /// <param name="remindUtc">When to remind the patient. Null for no reminder.</param>
    public void Schedule(StaffActor by, DateTime agreedUtc, DateTime? remindUtc, string? note, DateTime now)
    {
        Ensure(CanBeProcessed);
        State = RequestState.Scheduled;
        (AgreedUtc, RemindUtc) = (agreedUtc, remindUtc);
        CalendarSequence++;
        StopClock();
        Change(RequestEventKind.Scheduled, by, now, note).TimeUtc = agreedUtc;
    }

    /// <summary>Drops an agreed time that no longer holds. The request returns to the queue.</summary>
    public void Unschedule(StaffActor by, DateTime dueUtc, string? note, DateTime now)
    {
        Ensure(State == RequestState.Scheduled);
        (State, ClaimedById, ClaimedBy) = (RequestState.Claimed, by.Id, by.Name);
        BeginClock(dueUtc);
        Change(RequestEventKind.Unscheduled, by, now, note).TimeUtc = DropAgreedTime();
    }

    /// <summary>Closes the request. An agreed time that lies ahead stays only if the appointment was made.</summary>
    public void Close(StaffActor by, RequestOutcome outcome, string? note, DateTime now)
    {
        Ensure(CanBeProcessed);
        State = RequestState.Closed;
        (Outcome, ClosedUtc) = (outcome, now);
        StopClock();
        Change(RequestEventKind.Closed, by, now, note).TimeUtc = DropUnlessMade(now);
    }

    /// <summary>Replaces the outcome of a closed request. An agreed time that lies ahead stays only if the appointment was made.</summary>
    public void CorrectOutcome(StaffActor by, RequestOutcome outcome, string? note, DateTime now)
    {
        Ensure(State == RequestState.Closed && !IsErased);
        Outcome = outcome;
        Change(RequestEventKind.OutcomeCorrected, by, now, note).TimeUtc = DropUnlessMade(now);
    }

    /// <summary>
    /// Continues a closed or canceled request. With an agreed time ahead, it is scheduled again if staff had closed it.
    /// </summary>
    /// <param name="dueUtc">The time by which the clinic must answer.</param>
    public void Reopen(StaffActor by, DateTime dueUtc, string? note, DateTime now)
    {
        Ensure(CanBeReopened);
        var isStillAgreed = State == RequestState.Closed && AgreedUtc > now;
        (Outcome, ClosedUtc, UnacknowledgedUtc) = (null, null, null);
        if (isStillAgreed)
        {
            State = RequestState.Scheduled;
        }
        else
        {
            AgreedUtc = null;
            (State, ClaimedById, ClaimedBy) = (RequestState.Claimed, by.Id, by.Name);
            BeginClock(dueUtc);
        }

        Change(RequestEventKind.Reopened, by, now, note);
    }

    public void AddNote(StaffActor by, string note, DateTime now) => Change(RequestEventKind.Note, by, now, note);

    /// <summary>Records that staff have seen that the patient canceled.</summary>
    public void Acknowledge(StaffActor by, string? note, DateTime now)
    {
        Ensure(UnacknowledgedUtc is not null);
        UnacknowledgedUtc = null;
        Change(RequestEventKind.Acknowledged, by, now, note);
    }

    /// <param name="changed">What was replaced by what, for the history.</param>
    public void CorrectContact(StaffActor by, PatientDetails details, string changed, DateTime now)
    {
        Ensure(!IsErased);
        Details = new(details);
        Change(RequestEventKind.Corrected, by, now, changed);
    }

    /// <summary>Gives the request to another clinic. It is new there, with its own due time. An agreed time is dropped.</summary>
    /// <returns>The trace that the earlier clinic keeps.</returns>
    public RequestTransfer Transfer(StaffActor by, Clinic to, DateTime dueUtc, string reason, DateTime now)
    {
        Ensure(CanBeProcessed);
        var trace = new RequestTransfer(this, to.Slug, by, now);
        (ClinicSlug, State, ClaimedById, ClaimedBy) = (to.Slug, RequestState.New, null, null);
        BeginClock(dueUtc);
        Change(RequestEventKind.Transferred, by, now, reason).TimeUtc = DropAgreedTime();
        return trace;
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

    /// <summary>What <see cref="Undo"/> restores.</summary>
    public UndoPoint ToUndo() => new(State, ClaimedById, ClaimedBy, DueUtc, EscalateUtc, Escalations, Calls, NotCalledUtc);

    /// <summary>
    /// Undoes the last change, which must have been a claim, a call or the closing, and must not have changed the agreed time. The history
    /// keeps both.
    /// </summary>
    /// <param name="before">From before that change. Its history row must be loaded.</param>
    public void Undo(StaffActor by, UndoPoint before, DateTime now)
    {
        Ensure(!IsErased);
        var undone = _history
            .Where(happened => happened.Kind is RequestEventKind.Claimed or RequestEventKind.NoAnswer or RequestEventKind.Called
                or RequestEventKind.Closed)
            .MaxBy(happened => (happened.AtUtc, happened.Id));
        undone!.IsUndone = true;
        (State, ClaimedById, ClaimedBy, Outcome, ClosedUtc) = (before.State, before.ClaimedById, before.ClaimedBy, null, null);
        (DueUtc, EscalateUtc, Escalations, Calls) = (before.DueUtc, before.EscalateUtc, before.Escalations, before.Calls);
        Change(RequestEventKind.Undone, by, now);
        NotCalledUtc = before.NotCalledUtc;
    }

    private DateTime? DropUnlessMade(DateTime now) =>
        Outcome != RequestOutcome.AppointmentMade && AgreedUtc > now ? DropAgreedTime() : null;

    private void EndClaim()
    {
        (ClaimedById, ClaimedBy) = (null, null);
        if (State == RequestState.Claimed)
        {
            State = RequestState.New;
            BeginClock(DueUtc);
        }
    }

    /// <returns>The time that was agreed.</returns>
    private DateTime? DropAgreedTime()
    {
        var dropped = AgreedUtc;
        CalendarSequence += dropped is null ? 0 : 1;
        (AgreedUtc, RemindUtc) = (null, null);
        return dropped;
    }
}
