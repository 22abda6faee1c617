using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using PhysioSite.Content.Model;
using PhysioSite.Email;
using static PhysioSite.Localization.Texts;
using ICalendar = Ical.Net.Calendar;

namespace PhysioSite.Features.Appointments.Calendar;

/// <summary>
/// The calendar entry of an agreed time (RFC 5545, RFC 5546). The entries of one request have the same UID and a rising SEQUENCE, so that a
/// calendar replaces the earlier one. It is shown to people who look over the patient's shoulder, so it has no word about health.
/// </summary>
/// <param name="Sequence"><see cref="AppointmentRequest.CalendarSequence"/>.</param>
/// <param name="PrivatePage">Null when the link is not known.</param>
public sealed record AppointmentCalendar(
    Guid RequestId,
    int Sequence,
    DateTime AgreedUtc,
    TimeSpan Length,
    VisitKind Visit,
    Clinic Clinic,
    string GroupName,
    Uri? PrivatePage)
{
    public const string Request = "REQUEST";
    public const string Cancel = "CANCEL";

    /// <summary>For a file that the patient downloads. Such an entry has no attendee.</summary>
    public const string Publish = "PUBLISH";

    /// <param name="attendee">The email address of the patient. Null for a file.</param>
    /// <param name="stampUtc">When the entry was created.</param>
    public EmailCalendar Write(string method, string? attendee, DateTime stampUtc)
    {
        var calendar = new ICalendar { Method = method, ProductId = "-//Appointments//Calendar//EN" };
        var zone = Clinic.TimeZone.Zone.Id;
        var start = Clinic.TimeZone.ToLocal(AgreedUtc);
        calendar.TimeZones.Add(VTimeZone.FromDateTimeZone(zone, start, includeHistoricalData: false));
        var entry = new CalendarEvent
        {
            Uid = RequestId.ToString(),
            Sequence = Sequence,
            DtStamp = new CalDateTime(stampUtc, "UTC"),
            Start = new CalDateTime(start, zone),
            End = new CalDateTime(Clinic.TimeZone.ToLocal(AgreedUtc + Length), zone),
            Summary = Localize($"Appointment, {GroupName} {Clinic.Name}"),
            Location = Visit == VisitKind.Clinic && Clinic.Place is { Address: var address }
                ? $"{address.Street}, {address.City}, {address.State} {address.Zip}"
                : Localize($"By video"),
            Description = Localize($"To change or cancel, call {Clinic.Phone.Text}."),
            Url = PrivatePage,
            Status = method == Cancel ? EventStatus.Cancelled : EventStatus.Confirmed,
            Organizer = new Organizer($"mailto:{Clinic.Inbox}") { CommonName = $"{GroupName} {Clinic.Name}" },
        };
        if (attendee is not null)
        {
            entry.Attendees.Add(new Attendee($"mailto:{attendee}")
            {
                ParticipationStatus = EventParticipationStatus.Accepted,
                Role = ParticipationRole.RequiredParticipant,
                Rsvp = false,
            });
        }

        calendar.Events.Add(entry);
        return new EmailCalendar(method, new CalendarSerializer().SerializeToString(calendar)!);
    }
}
