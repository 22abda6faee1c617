using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Localization;
using PhysioSite.Text;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments;

/// <summary>Labels for the parts of a request, in pages and emails.</summary>
public static class RequestLabels
{
    /// <summary>Shown to staff in place of a value that cannot be decrypted.</summary>
    public const string Unreadable = "Cannot be read";

    /// <summary>For example "Call (608) 555-0142 (you may leave a message)".</summary>
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

    /// <summary>Escapes the address, so that it cannot add headers such as a subject to the <c>mailto:</c> link.</summary>
    public static string MailLink(string email) => "mailto:" + Uri.EscapeDataString(email).Replace("%40", "@", StringComparison.Ordinal);

    /// <summary>The language of the patient's form, for example "Spanish".</summary>
    public static string Language(PatientDetails details) => new Language(details.Language, "").EnglishName;

    public static string Area(PatientDetails details, SiteProfile site) =>
        details.Area is null ? Localize($"Will tell us by phone") : site.FindBodyArea(details.Area)?.Name ?? details.Area;

    /// <summary>The name and the clinics of a therapist, or the slug of one who no longer works here.</summary>
    public static string Therapist(string slug, SiteContent content) => content.FindTherapist(slug) is { } therapist
        ? $"{therapist.NameWithCredentials} ({string.Join(", ", therapist.Clinics.Select(clinic => clinic.Name))})"
        : slug;

    public static string State(RequestState state) => state switch
    {
        RequestState.Held => "Held as possible spam",
        RequestState.New => "New",
        RequestState.Claimed => "Claimed",
        RequestState.NoAnswer => "No answer yet",
        RequestState.Scheduled => "Scheduled",
        RequestState.Closed => "Closed",
        _ => "Canceled by the patient",
    };

    /// <summary>The state as shown to the patient. It does not reveal that a request is held.</summary>
    /// <param name="contact">Null when it cannot be decrypted.</param>
    /// <param name="due">The day and time by which the clinic answers, on the clock of the clinic.</param>
    public static string StateForPatient(AppointmentRequest request, ContactWay? contact, string due, DateTime now) => request.State switch
    {
        RequestState.New or RequestState.Held or RequestState.NoAnswer when request.NotCalledUtc is not null =>
            Localize($"You told us that nobody called. We have let the people in charge know, and we are sorry."),
        RequestState.New when request.IsOverdue(now) =>
            Localize($"We have your request. The clinic is late; it was to get to it by {due}."),
        RequestState.New or RequestState.Held => Localize($"We have your request. The clinic will get to it by {due}."),
        RequestState.Claimed => contact switch
        {
            ContactWay.Call => Localize($"The clinic is working on it and will call you."),
            ContactWay.Text => Localize($"The clinic is working on it and will text you."),
            ContactWay.Email => Localize($"The clinic is working on it and will email you."),
            _ => Localize($"The clinic is working on it and will contact you."),
        },
        RequestState.NoAnswer => Localize($"We tried to reach you and will try again by {due}. You can also call us."),
        RequestState.Scheduled when request.AgreedUtc <= now => Localize($"The time that we agreed on has passed."),
        _ when request.HasAppointmentAhead(now) => Localize($"We have agreed on a time with you."),
        RequestState.Scheduled or RequestState.Closed => request.Outcome switch
        {
            RequestOutcome.AppointmentMade => Localize($"We made an appointment with you, so this request is done."),
            RequestOutcome.CouldNotBeReached =>
                Localize($"We tried to reach you and could not, so we closed this request. Call us, or send a new one."),
            RequestOutcome.Unconfirmed => Localize($"The time that we agreed on has passed, so we closed this request."),
            _ => Localize($"This request is closed."),
        },
        _ => Localize($"You canceled this request."),
    };

    /// <summary>For example "We will call you by".</summary>
    /// <param name="contact">Null when it cannot be decrypted.</param>
    public static string WillBeInTouchBy(ContactWay? contact) => contact switch
    {
        ContactWay.Call => Localize($"We will call you by"),
        ContactWay.Text => Localize($"We will text you by"),
        ContactWay.Email => Localize($"We will email you by"),
        _ => Localize($"We will get in touch with you by"),
    };

    public static string Outcome(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.AppointmentMade => "Appointment made",
        RequestOutcome.SentElsewhere => "Sent elsewhere",
        RequestOutcome.CouldNotBeReached => "Could not be reached",
        RequestOutcome.NotWanted => "No longer wanted",
        RequestOutcome.Unconfirmed => "Not confirmed",
        _ => "Sent twice",
    };

    public static string Result(CallResult result) => result switch
    {
        CallResult.NoAnswer => "No answer",
        CallResult.LeftMessage => "Left a message",
        CallResult.Busy => "Busy",
        CallResult.WrongNumber => "Wrong number",
        _ => "Answered, call again",
    };

    public static string Event(RequestEventKind kind) => kind switch
    {
        RequestEventKind.Received => "Received",
        RequestEventKind.Called => "Reached by phone",
        RequestEventKind.Unscheduled => "Agreed time dropped",
        RequestEventKind.ClaimReleased => "Claim released",
        RequestEventKind.Reopened => "Reopened",
        RequestEventKind.OutcomeCorrected => "Outcome corrected",
        RequestEventKind.Acknowledged => "Cancellation seen",
        RequestEventKind.Corrected => "Contact corrected",
        RequestEventKind.Transferred => "Transferred",
        RequestEventKind.TimesChanged => "Times changed by the patient",
        RequestEventKind.NotCalled => "The patient says nobody called",
        RequestEventKind.Reminded => "Reminder sent",
        RequestEventKind.ErasureWarned => "Managers told of the erasure",
        RequestEventKind.Undone => "Undone",
        RequestEventKind.Viewed => "Opened",
        RequestEventKind.Claimed => "Claimed",
        RequestEventKind.NoAnswer => "No answer",
        RequestEventKind.Scheduled => "Scheduled",
        RequestEventKind.Closed => "Closed",
        RequestEventKind.Note => "Note",
        RequestEventKind.Held => "Held as possible spam",
        RequestEventKind.Released => "Released",
        RequestEventKind.Escalated => "Unanswered",
        RequestEventKind.Kept => "Retention hold placed",
        RequestEventKind.KeptNoLonger => "Retention hold removed",
        RequestEventKind.Erased => "Erased",
        _ => "Canceled by the patient",
    };
}
