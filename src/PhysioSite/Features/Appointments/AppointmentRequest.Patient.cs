using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Features.Appointments;

/// <summary>What the patient and the site do with a request.</summary>
public sealed partial class AppointmentRequest
{
    /// <summary>Holds a new request as possible spam. No email is sent until staff release it.</summary>
    /// <param name="because">The reason, shown to staff. Must not contain user input.</param>
    public void Hold(string because, DateTime now)
    {
        (State, HeldBecause) = (RequestState.Held, because);
        StopClock();
        Record(RequestEventKind.Held, null, now, because);
    }

    /// <summary>
    /// Cancels the request for the patient. When staff had worked on it, it stays in their queue until one of them has seen it. The agreed
    /// time is kept, so that they know which slot is free.
    /// </summary>
    public void Withdraw(DateTime now)
    {
        Ensure(CanBeWithdrawn(now));
        UnacknowledgedUtc = State is RequestState.New or RequestState.Held ? null : now;
        CalendarSequence += HasAppointmentAhead(now) ? 1 : 0;
        State = RequestState.Withdrawn;
        (HeldBecause, Outcome, ClosedUtc, RemindUtc, NotCalledUtc) = (null, null, now, null, null);
        StopClock();
        Change(RequestEventKind.Withdrawn, null, now);
    }

    /// <summary>Replaces the preferred times and when a call suits.</summary>
    /// <param name="changed">What was replaced by what, for the history.</param>
    public void ChangeTimes(PatientDetails details, string changed, DateTime now)
    {
        Ensure(IsOpen);
        Details = new(details);
        Change(RequestEventKind.TimesChanged, null, now, changed);
    }

    /// <summary>Records that the patient waited beyond the promised time. The request returns to the queue and escalates now.</summary>
    public void ReportNoCall(DateTime now)
    {
        Ensure(CanReportNoCall(now));
        EndClaim();
        (NotCalledUtc, EscalateUtc, Escalations) = (now, now, 0);
        Change(RequestEventKind.NotCalled, null, now);
    }

    /// <summary>
    /// Records that an escalation was sent. <see cref="Version"/> does not change, so staff who have the page open get no conflict. The
    /// save still fails if one of them saved a change first.
    /// </summary>
    /// <param name="told">The recipients, for example "the managers".</param>
    /// <param name="next">When the next escalation is due. Null when there are no further recipients.</param>
    public void Escalate(string told, DateTime? next, DateTime now)
    {
        Ensure(IsWaiting);
        Escalations++;
        EscalateUtc = next;
        Record(RequestEventKind.Escalated, null, now, $"Told {told}.");
    }

    /// <summary>Closes a request whose agreed time has passed long ago without a recorded outcome.</summary>
    public void CloseUnconfirmed(DateTime now)
    {
        Ensure(State == RequestState.Scheduled);
        State = RequestState.Closed;
        (Outcome, ClosedUtc, RemindUtc) = (RequestOutcome.Unconfirmed, now, null);
        Change(RequestEventKind.Closed, null, now);
    }

    /// <summary>Records that the reminder was sent, or that none is needed any more. Like an escalation, it causes no conflict.</summary>
    public void EndReminder(bool wasSent, DateTime now)
    {
        RemindUtc = null;
        if (wasSent)
        {
            Record(RequestEventKind.Reminded, null, now);
        }
    }

    /// <summary>Records that the managers were told that the untouched request will be erased.</summary>
    public void WarnOfErasure(DateTime now)
    {
        Ensure(IsWaiting);
        (ErasureWarnings, WarnedUtc) = (ErasureWarnings + 1, now);
        Record(RequestEventKind.ErasureWarned, null, now);
    }

    /// <summary>
    /// Erases the data provided by the patient and all notes about it. The private link and the form key become invalid. An open request
    /// is closed first. Every row of <see cref="History"/> must be loaded that has a note or an agreed time. <see cref="Jobs.Erasure"/>
    /// removes the search terms.
    /// </summary>
    /// <param name="by">Null when the retention period has ended.</param>
    public void Erase(StaffActor? by, DateTime now)
    {
        if (RetentionHoldReason is not null || IsErased)
        {
            throw new InvalidOperationException("The request is protected from erasure, or erased already.");
        }

        if (by is not null && CanBeProcessed)
        {
            Close(by, RequestOutcome.NotWanted, null, now);
        }
        else if (IsOpen)
        {
            // A held request was never due to be answered, and nobody knows how an untouched one ended: they have no outcome.
            (State, ClosedUtc) = (RequestState.Closed, now);
        }

        foreach (var happened in _history)
        {
            happened.EraseNote();
        }

        // The columns are unique, so the value contains the id. The colon never occurs in a hash.
        FormKeyHash = StatusTokenHash = $"erased:{Id:N}";
        Details = new(PatientDetails.Erased);
        (HeldBecause, StatusToken, AgreedUtc, ErasedUtc) = (null, null, null, now);
        (Language, PhoneKey, EmailKey) = ("", null, null);
        (RemindUtc, UnacknowledgedUtc, NotCalledUtc) = (null, null, null);
        StopClock();
        Change(RequestEventKind.Erased, by, now);
    }
}
