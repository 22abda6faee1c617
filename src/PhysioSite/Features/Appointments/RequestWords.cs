using PhysioSite.Content;
using PhysioSite.Languages;
using PhysioSite.Text;
using static PhysioSite.Languages.Words;

namespace PhysioSite.Features.Appointments;

/// <summary>What the parts of a request are called, in pages and mails.</summary>
public static class RequestWords
{
    /// <summary>What staff read in the place of a value that cannot be decrypted.</summary>
    public const string Unreadable = "Cannot be read";

    /// <summary>"Call (608) 555-0142 (you may leave a message)".</summary>
    public static string Reach(PatientDetails details)
    {
        var message = details.MayLeaveMessage ? "you may leave a message" : "do not leave a message";
        var phone = PhoneNumber.Show(details.Phone);
        return details.Contact switch
        {
            ContactWay.Email => phone is null ? $"Email {details.Email}" : $"Email {details.Email}, or call {phone} ({message})",
            ContactWay.Text => $"Text {phone} ({message})",
            _ => $"Call {phone} ({message})",
        };
    }

    /// <summary>Writes to the address and does nothing else: what a mail program would take for headers is only part of the name.</summary>
    public static string MailLink(string email) => "mailto:" + Uri.EscapeDataString(email).Replace("%40", "@", StringComparison.Ordinal);

    /// <summary>What the patient's form was written in: "Spanish".</summary>
    public static string Language(PatientDetails details) => new Language(details.Language, "").EnglishName;

    public static string Area(PatientDetails details, SiteProfile site) =>
        details.Area is null ? Say($"To be said by phone") : site.FindBodyArea(details.Area)?.Name ?? details.Area;

    public static string State(RequestState state) => state switch
    {
        RequestState.Held => "Held as possible spam",
        RequestState.New => "New",
        RequestState.Claimed => "Claimed",
        RequestState.NoAnswer => "No answer yet",
        RequestState.Scheduled => "Scheduled",
        RequestState.Closed => "Closed",
        _ => "Withdrawn by the patient",
    };

    /// <summary>The state as the patient reads it. A sender does not learn that a request is held.</summary>
    /// <param name="contact">Null when it cannot be read.</param>
    public static string StateForPatient(RequestState state, ContactWay? contact) => state switch
    {
        RequestState.New or RequestState.Held => Say($"We have it. Nobody has taken it up yet."),
        RequestState.Claimed => contact switch
        {
            ContactWay.Call => Say($"Someone at the clinic has taken it up and will call you."),
            ContactWay.Text => Say($"Someone at the clinic has taken it up and will text you."),
            ContactWay.Email => Say($"Someone at the clinic has taken it up and will email you."),
            _ => Say($"Someone at the clinic has taken it up and will get in touch with you."),
        },
        RequestState.NoAnswer => Say($"We tried to reach you and will try again. You can also call us."),
        RequestState.Scheduled => Say($"We have agreed a time with you."),
        RequestState.Closed => Say($"This request is closed."),
        _ => Say($"You have withdrawn this request."),
    };

    /// <summary>"We will call you by".</summary>
    /// <param name="contact">Null when it cannot be read.</param>
    public static string WillBeInTouchBy(ContactWay? contact) => contact switch
    {
        ContactWay.Call => Say($"We will call you by"),
        ContactWay.Text => Say($"We will text you by"),
        ContactWay.Email => Say($"We will email you by"),
        _ => Say($"We will get in touch with you by"),
    };

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
        RequestEventKind.Held => "Held as possible spam",
        RequestEventKind.Released => "Released",
        RequestEventKind.Escalated => "Unanswered",
        RequestEventKind.Kept => "Kept from erasure",
        RequestEventKind.KeptNoLonger => "Kept no longer",
        RequestEventKind.Erased => "Erased",
        _ => "Withdrawn by the patient",
    };
}
