using System.Globalization;
using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Clinics;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Requests.Listing;

/// <summary>The short texts of a row of the queue.</summary>
public static class RowTexts
{
    /// <summary>The time that matters most for the state of a request, and the same in words.</summary>
    public static (DateTime Utc, string Words) When(QueueRow row, Clinic? clinic, DateTime now) => row switch
    {
        { ErasedUtc: { } erased } => (erased, "Erased"),
        { State: RequestState.Held } => (row.ReceivedUtc, $"received {Ago(now - row.ReceivedUtc)}"),
        { State: RequestState.NoAnswer, Overdue: false, TriedUtc: { } tried } => (tried, $"tried {Ago(now - tried)}"),
        { State: RequestState.Scheduled, AgreedUtc: { } agreed } => (agreed, Short(clinic, agreed, now)),
        { State: RequestState.Closed, ClosedUtc: { } closed } => (closed, $"closed {Ago(now - closed)}"),
        { State: RequestState.Withdrawn, ClosedUtc: { } canceled } => (canceled, $"canceled {Ago(now - canceled)}"),
        _ => (row.DueUtc, TimeLeft(row.DueUtc - now)),
    };

    /// <summary>For example "2 h left" or "overdue 40 min".</summary>
    public static string TimeLeft(TimeSpan left) => left switch
    {
        { Ticks: < 0 } => $"overdue {Length(-left)}",
        _ => $"{Length(left)} left",
    };

    /// <summary>For example "2 h ago".</summary>
    public static string Ago(TimeSpan since) => since < TimeSpan.FromMinutes(1) ? "just now" : $"{Length(since)} ago";

    /// <summary>How the patient wants to be contacted, for example "text only". Empty when a call and a message are welcome.</summary>
    public static string ContactRule(PatientDetails details)
    {
        var message = details.MayLeaveMessage || details.Phone is null ? null : "no message";
        var way = details.Contact switch
        {
            ContactWay.Text => "text only",
            ContactWay.Email => details.Phone is null ? "email only" : "prefers email",
            _ => null,
        };
        return string.Join(", ", new[] { way, message }.OfType<string>());
    }

    /// <summary>The link to call or, if the patient wants texts only, to text. Null when there is no number that can be dialed.</summary>
    public static (string Link, string Text)? Phone(PatientDetails details) =>
        !PhoneNumber.TryParse(details.Phone, out var phone) ? null
        : details.Contact == ContactWay.Text ? ($"sms:{phone.E164}", phone.Text)
        : (phone.Link, phone.Text);

    /// <summary>For example "Fri, Nov 20, 10 am". A day more than six months away has its year.</summary>
    private static string Short(Clinic? clinic, DateTime utc, DateTime now)
    {
        var local = clinic?.TimeZone.ToLocal(utc) ?? utc;
        var format = ClinicClock.IsFar(utc, now) ? "ddd, MMM d, yyyy" : "ddd, MMM d";
        return $"{local.ToString(format, CultureInfo.InvariantCulture)}, {ClinicClock.Time(TimeOnly.FromDateTime(local))}";
    }

    /// <summary>Whole minutes below an hour, whole hours below two days, then days.</summary>
    public static string Length(TimeSpan length) => length switch
    {
        { TotalMinutes: < 60 } => $"{(int)length.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)length.TotalHours} h",
        _ => $"{(int)length.TotalDays} days",
    };
}
