using PhysioSite.Content;

namespace PhysioSite.Features.Appointments;

/// <summary>What the parts of a request are called, in pages and mails.</summary>
public static class RequestWords
{
    /// <summary>"Call 608 555 0142 (may leave a message)".</summary>
    public static string Reach(PatientDetails details)
    {
        var message = details.MayLeaveMessage ? "you may leave a message" : "do not leave a message";
        return details.Contact switch
        {
            ContactWay.Email => details.Phone is null ? $"Email {details.Email}" : $"Email {details.Email}, or call {details.Phone} ({message})",
            ContactWay.Text => $"Text {details.Phone} ({message})",
            _ => $"Call {details.Phone} ({message})",
        };
    }

    public static string Area(PatientDetails details, SiteProfile site) =>
        details.Area is null ? "To be said by phone" : site.FindBodyArea(details.Area)?.Name ?? details.Area;

    public static string State(RequestState state) => state switch
    {
        RequestState.New => "New",
        RequestState.Claimed => "Claimed",
        RequestState.NoAnswer => "No answer yet",
        RequestState.Scheduled => "Scheduled",
        RequestState.Closed => "Closed",
        _ => "Withdrawn by the patient",
    };

    /// <summary>The state as the patient reads it.</summary>
    public static string StateForPatient(RequestState state, ContactWay contact) => state switch
    {
        RequestState.New => "We have it. Nobody has taken it up yet.",
        RequestState.Claimed => $"Someone at the clinic has taken it up and will {Verb(contact)} you.",
        RequestState.NoAnswer => "We tried to reach you and will try again. You can also call us.",
        RequestState.Scheduled => "We have agreed a time with you.",
        RequestState.Closed => "This request is closed.",
        _ => "You have withdrawn this request.",
    };

    /// <summary>"call", "text" or "email".</summary>
    public static string Verb(ContactWay contact) => contact.ToString().ToLowerInvariant();

    public static string Outcome(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.AppointmentMade => "Appointment made",
        RequestOutcome.SentElsewhere => "Sent elsewhere",
        RequestOutcome.CouldNotBeReached => "Could not be reached",
        RequestOutcome.NotWanted => "No longer wanted",
        _ => "Sent twice",
    };

    public static string Event(RequestEventKind kind) => kind switch
    {
        RequestEventKind.Received => "Received",
        RequestEventKind.Viewed => "Opened",
        RequestEventKind.Claimed => "Claimed",
        RequestEventKind.NoAnswer => "No answer",
        RequestEventKind.Scheduled => "Scheduled",
        RequestEventKind.Closed => "Closed",
        RequestEventKind.Note => "Note",
        _ => "Withdrawn by the patient",
    };
}
