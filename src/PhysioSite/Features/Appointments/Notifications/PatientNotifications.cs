using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Calendar;
using PhysioSite.Features.Shared;

namespace PhysioSite.Features.Appointments.Notifications;

/// <summary>
/// Adds the emails to patients to the outbox. They are saved together with the change that caused them, and are in the language of the
/// patient's form. A reply goes to the clinic. A patient without an email address gets none, and neither does one whose details cannot be
/// read or whose clinic is no longer part of the content.
/// </summary>
public sealed class PatientNotifications(
    SiteDbContext db, ContentLibrary library, SiteLinks links, IOptions<AppointmentOptions> options)
{
    /// <summary>Confirms a new request.</summary>
    public void Confirm(AppointmentRequest request, DateTime now)
    {
        if (Of(request) is { } patient && patient.Link is { } link)
        {
            var confirmation = new PatientConfirmation(
                request.Reference, patient.Content.Site.ShortName, patient.Clinic, request.DueUtc, link);
            Add(EmailKind.PatientConfirmation, request, patient, confirmation, null, now);
        }
    }

    /// <summary>Tells the agreed time of a scheduled request.</summary>
    /// <param name="isChange">Whether the patient was told another time before.</param>
    public void TellAgreed(AppointmentRequest request, bool isChange, DateTime now)
    {
        if (Of(request) is { } patient && request.AgreedUtc is { } agreed)
        {
            Add(
                EmailKind.AppointmentAgreed,
                request,
                patient,
                new AppointmentAgreed(Appointment(request, patient, agreed, now), isChange),
                () => Calendar(request, patient, agreed).Write(AppointmentCalendar.Request, patient.Email, now),
                now);
        }
    }

    /// <summary>Tells that an agreed time no longer holds. A time in the past is not mentioned any more.</summary>
    /// <param name="agreedUtc">The time that was agreed. Null does nothing.</param>
    /// <param name="clinicSlug">The clinic of that time. Null for the clinic of the request.</param>
    public void TellCanceled(AppointmentRequest request, DateTime? agreedUtc, bool byPatient, DateTime now, string? clinicSlug = null)
    {
        if (agreedUtc is { } agreed && agreed > now && Of(request, clinicSlug) is { } patient)
        {
            Add(
                EmailKind.AppointmentCanceled,
                request,
                patient,
                new AppointmentCanceled(Appointment(request, patient, agreed, now), byPatient),
                () => Calendar(request, patient, agreed).Write(AppointmentCalendar.Cancel, patient.Email, now),
                now);
        }
    }

    /// <returns>Whether there is an address to remind.</returns>
    public bool Remind(AppointmentRequest request, DateTime now)
    {
        if (Of(request) is not { Clinic.SendsReminders: true } patient || request.AgreedUtc is not { } agreed)
        {
            return false;
        }

        var reminder = new AppointmentReminder(Appointment(request, patient, agreed, now));
        Add(EmailKind.AppointmentReminder, request, patient, reminder, null, now);
        return true;
    }

    /// <summary>Tells which clinic has the request now.</summary>
    public void TellTransferred(AppointmentRequest request, DateTime now)
    {
        if (Of(request) is { } patient)
        {
            var transferred = new RequestTransferred(
                request.Reference, patient.Content.Site.ShortName, patient.Clinic, request.DueUtc, patient.Link);
            Add(EmailKind.RequestTransferred, request, patient, transferred, null, now);
        }
    }

    private static AgreedAppointment Appointment(AppointmentRequest request, Recipient patient, DateTime agreedUtc, DateTime now)
    {
        var site = patient.Content.Site;
        return new(
            request.Reference,
            site.ShortName,
            patient.Clinic,
            request.Visit,
            agreedUtc,
            request.Visit == VisitKind.Video ? site.FirstVisit.BringVideo : site.FirstVisit.Bring,
            patient.Link,
            now);
    }

    private AppointmentCalendar Calendar(AppointmentRequest request, Recipient patient, DateTime agreedUtc) => new(
        request.Id,
        request.CalendarSequence,
        agreedUtc,
        options.Value.VisitLength,
        request.Visit,
        patient.Clinic,
        patient.Content.Site.ShortName,
        patient.Link);

    private Recipient? Of(AppointmentRequest request, string? clinicSlug = null)
    {
        if (request.Details.Value is not { Email: { } email } details)
        {
            return null;
        }

        var content = library.Languages.FirstOrDefault(content => content.Language.Code == details.Language) ?? library.English;
        var link = request.StatusToken?.Value is { } token ? links.RequestStatus(content.Language, token) : null;
        return content.FindClinic(clinicSlug ?? request.ClinicSlug) is { } clinic ? new Recipient(email, content, clinic, link) : null;
    }

    /// <param name="calendar">Called in the language of the patient.</param>
    private void Add(
        EmailKind kind, AppointmentRequest request, Recipient patient, IEmailTemplate template, Func<EmailCalendar>? calendar, DateTime now)
    {
        var reply = new ReplyPath(patient.Clinic.Inbox, patient.Clinic.Phone.Text);
        var email = EmailRenderer.Render(template, patient.Content.Language, reply, calendar);
        db.Set<OutboxEmail>().Add(new OutboxEmail(kind, RequestNotifications.TopicOf(request), patient.Email, email, now));
    }

    private sealed record Recipient(string Email, SiteContent Content, Clinic Clinic, Uri? Link);
}
