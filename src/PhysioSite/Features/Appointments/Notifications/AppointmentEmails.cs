using PhysioSite.Content.Model;
using PhysioSite.Email;
using PhysioSite.Features.Clinics;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// What the emails to a patient about an agreed time contain. It has no property for the name, a body area or a note, so they cannot be
/// sent by mistake.
/// </summary>
/// <param name="Clinic">The clinic as described in the language of the form.</param>
/// <param name="Bring">What to bring, for every patient alike.</param>
/// <param name="StatusLink">Null for a request that an earlier version stored without the link.</param>
/// <param name="WrittenUtc">When the email is written.</param>
public sealed record AgreedAppointment(
    string Reference,
    string GroupName,
    Clinic Clinic,
    VisitKind Visit,
    DateTime AgreedUtc,
    IReadOnlyList<string> Bring,
    Uri? StatusLink,
    DateTime WrittenUtc)
{
    public string Time => ClinicClock.DayAndTime(Clinic, AgreedUtc, WrittenUtc);

    public string FullName => $"{GroupName} {Clinic.Name}";

    public EmailAction? Link => StatusLink is null ? null : new(Localize($"See, change or cancel your appointment"), StatusLink);

    public IReadOnlyList<EmailFact> Facts =>
    [
        new(Localize($"Time"), Time),
        new(Localize($"Clinic"), FullName),
        Visit == VisitKind.Clinic && Clinic.Place is { Address: var address }
            ? new(Localize($"Address"), $"{address.Street}, {address.City}, {address.State} {address.Zip}")
            : new(Localize($"Visit"), Localize($"By video")),
        new(Localize($"Phone"), Clinic.Phone.Text),
        new(Localize($"Reference"), Reference),
        new(Localize($"Please bring"), string.Join(' ', Bring)),
    ];

    public IReadOnlyList<string> Closing =>
    [
        .. Visit == VisitKind.Clinic && Clinic.Place is { } place ? new[] { place.Directions, place.Parking }.OfType<string>() : [],
        StatusLink is null
            ? Localize($"To change or cancel, call {Clinic.Phone.Text} and give your reference.")
            : Localize($"Anyone with the link can see and cancel your appointment, so do not forward this email."),
    ];
}

/// <summary>The email to the patient when a time was agreed or changed. A calendar entry comes with it.</summary>
/// <param name="IsChange">Whether the patient was told another time before.</param>
public sealed record AppointmentAgreed(AgreedAppointment Appointment, bool IsChange) : IEmailTemplate
{
    public EmailText Write() => new(
        IsChange ? Localize($"Your appointment has a new time: {Appointment.Time}") : Localize($"Your appointment: {Appointment.Time}"),
        [
            IsChange
                ? Localize($"Your appointment has moved. This is the time that we agreed on with you now.")
                : Localize($"This is the time that we agreed on with you."),
        ],
        Appointment.Facts,
        Appointment.Link,
        Appointment.Closing);
}

/// <summary>The email to the patient on the day before the appointment.</summary>
public sealed record AppointmentReminder(AgreedAppointment Appointment) : IEmailTemplate
{
    public EmailText Write() => new(
        Localize($"Reminder: your appointment on {Appointment.Time}"),
        [Localize($"We look forward to seeing you. If you cannot come, please tell us today, so that someone else can have the time.")],
        Appointment.Facts,
        Appointment.Link,
        Appointment.Closing);
}

/// <summary>The email to the patient when an agreed time no longer holds. A canceled calendar entry comes with it.</summary>
/// <param name="ByPatient">Whether the patient canceled.</param>
public sealed record AppointmentCanceled(AgreedAppointment Appointment, bool ByPatient) : IEmailTemplate
{
    public EmailText Write() => new(
        Localize($"Canceled: your appointment on {Appointment.Time}"),
        [
            ByPatient
                ? Localize($"You canceled this appointment. The clinic knows.")
                : Localize($"This appointment does not take place. If you did not expect that, please call us."),
        ],
        [
            new(Localize($"Time"), Appointment.Time),
            new(Localize($"Clinic"), Appointment.FullName),
            new(Localize($"Phone"), Appointment.Clinic.Phone.Text),
            new(Localize($"Reference"), Appointment.Reference),
        ],
        Appointment.StatusLink is null ? null : new(Localize($"See your request"), Appointment.StatusLink),
        []);
}
