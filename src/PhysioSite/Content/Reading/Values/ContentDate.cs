using System.Globalization;

namespace PhysioSite.Content.Reading.Values;

internal static class ContentDate
{
    public static bool TryParse(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>A date, a time and a UTC offset.</summary>
    public static bool TryParseMoment(string text, out DateTime utc)
    {
        var isTime = DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment);
        utc = moment.UtcDateTime;
        return isTime;
    }
}
