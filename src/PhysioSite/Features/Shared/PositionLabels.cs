using System.Globalization;
using PhysioSite.Content;

namespace PhysioSite.Features.Shared;

/// <summary>Labels for the properties of a position.</summary>
public static class PositionLabels
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");

    public static string Type(PositionType type) => type switch
    {
        PositionType.FullTime => "Full-time",
        PositionType.PartTime => "Part-time",
        PositionType.PerDiem => "Per diem",
        _ => "New graduate",
    };

    public static string Role(PositionRole role) => role switch
    {
        PositionRole.PhysicalTherapist => "Physical therapist",
        PositionRole.PhysicalTherapistAssistant => "Physical therapist assistant",
        _ => "Front desk",
    };

    /// <summary>For example "$82,000 to $98,000 a year".</summary>
    public static string Pay(Pay pay) => pay.From == pay.To
        ? $"{Dollars(pay.From)} {Per(pay.Per)}"
        : $"{Dollars(pay.From)} to {Dollars(pay.To)} {Per(pay.Per)}";

    public static string Dollars(decimal amount) => amount.ToString(amount == decimal.Truncate(amount) ? "C0" : "C2", English);

    private static string Per(PayPeriod period) => period switch
    {
        PayPeriod.Hour => "an hour",
        PayPeriod.Visit => "a visit",
        _ => "a year",
    };
}
