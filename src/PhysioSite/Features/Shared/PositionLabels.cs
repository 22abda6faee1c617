using System.Globalization;
using PhysioSite.Content.Model;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared;

/// <summary>Labels for the properties of a position.</summary>
public static class PositionLabels
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");

    public static string Type(PositionType type) => type switch
    {
        PositionType.FullTime => Localize($"Full-time"),
        PositionType.PartTime => Localize($"Part-time"),
        PositionType.PerDiem => Localize($"Per diem"),
        _ => Localize($"New graduate"),
    };

    public static string Role(PositionRole role) => role switch
    {
        PositionRole.PhysicalTherapist => Localize($"Physical therapist"),
        PositionRole.PhysicalTherapistAssistant => Localize($"Physical therapist assistant"),
        _ => Localize($"Front desk"),
    };

    /// <summary>For example "$82,000 to $98,000 a year".</summary>
    public static string Pay(Pay pay) => pay.From == pay.To
        ? $"{Dollars(pay.From)} {Per(pay.Per)}"
        : Localize($"{Dollars(pay.From)} to {Dollars(pay.To)} {Per(pay.Per)}");

    public static string Dollars(decimal amount) => amount.ToString(amount == decimal.Truncate(amount) ? "C0" : "C2", English);

    private static string Per(PayPeriod period) => period switch
    {
        PayPeriod.Hour => Localize($"an hour"),
        PayPeriod.Visit => Localize($"a visit"),
        _ => Localize($"a year"),
    };
}
