using System.Globalization;
using PhysioSite.Content.Model;
using PhysioSite.Text;

namespace PhysioSite.Tests.Features.Clinics;

/// <summary>Clinics created for one test, so that content changes do not affect it.</summary>
internal static class SampleClinic
{
    public const string Usual = "07:00-19:00";

    /// <param name="weekdays">Opening hours from Monday to Friday, in the format of the content.</param>
    public static Clinic In(
        string zone,
        string weekdays = Usual,
        string saturday = "closed",
        string sunday = "closed",
        params (string Date, string Hours)[] exceptions) => new()
        {
            Slug = "sample",
            Name = "Sample",
            Place = null,
            TimeZone = new ClinicTimeZone(TimeZoneInfo.FindSystemTimeZoneById(zone), "Sample Time"),
            Phone = PhoneNumber.TryParse("(608) 555-0142", out var phone) ? phone : throw new InvalidOperationException(),
            Inbox = "sample@cedarandstride.example",
            BackupInbox = null,
            Visits = [VisitKind.Clinic],
            Hours = new OpeningHours(
                Enum.GetValues<DayOfWeek>().ToDictionary(
                    day => day,
                    day => Spans(day switch { DayOfWeek.Saturday => saturday, DayOfWeek.Sunday => sunday, _ => weekdays })),
                [
                    .. exceptions.Select(day => new SpecialDay(
                        DateOnly.Parse(day.Date, CultureInfo.InvariantCulture), Spans(day.Hours), "Holiday")),
                ]),
            Services = [],
            Languages = [],
            LicensedStates = [],
            ReferralRule = null,
            Insurance = null,
            Updated = null,
            Body = MarkdownText.Empty,
        };

    public static IReadOnlyList<OpenSpan> Spans(string hours) => hours == "closed"
        ? []
        : [.. hours.Split(", ").Select(span => new OpenSpan(Time(span[..5]), Time(span[6..])))];

    /// <summary>Parses a time such as "2026-11-17 09:00 -6".</summary>
    public static DateTime Utc(string moment) => DateTimeOffset
        .ParseExact(
            moment,
            ["yyyy-MM-dd HH:mm z", "yyyy-MM-dd HH:mm:ss z", "yyyy-MM-dd HH:mm:ss.fffffff z"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None)
        .UtcDateTime;

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}
