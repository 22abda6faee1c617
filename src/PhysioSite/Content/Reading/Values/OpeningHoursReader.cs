using System.Globalization;
using PhysioSite.Content.Model;

namespace PhysioSite.Content.Reading.Values;

internal static class OpeningHoursReader
{
    /// <summary>The hours of a clinic: its week, the holidays of the group, and its own exceptions, which replace a holiday.</summary>
    public static OpeningHours Read(FrontMatter front, SiteProfile site)
    {
        var week = Enum.GetValues<DayOfWeek>().ToDictionary(day => day, _ => (IReadOnlyList<OpenSpan>)[]);
        if (front.Section("hours") is { } section)
        {
            foreach (var day in week.Keys)
            {
                week[day] = ReadSpans(section, day.ToString().ToLowerInvariant());
            }

            section.Finish();
            if (week.Values.All(spans => spans.Count == 0))
            {
                front.Problem("hours", "The clinic is closed on all seven days, so no request could ever be answered in time.");
            }
        }

        var exceptions = ReadDays(front, "exceptions");
        var days = exceptions.UnionBy(site.Holidays, day => day.Date).OrderBy(day => day.Date);
        return new OpeningHours(week, [.. days.Select(day => day with { Reason = site.Term(day.Reason) })]);
    }

    /// <summary>Reads a list of days with hours of their own. The reasons stay in English.</summary>
    public static IReadOnlyList<SpecialDay> ReadDays(FrontMatter front, string key)
    {
        var days = front.OptionalSections(
            key, item => new SpecialDay(item.Date("date"), ReadSpans(item, "hours"), item.Text("reason")));
        foreach (var twice in days.GroupBy(day => day.Date).Where(group => group.Count() > 1))
        {
            front.Problem(key, $"{twice.Key:yyyy-MM-dd} is listed twice.");
        }

        return days;
    }

    private static List<OpenSpan> ReadSpans(FrontMatter front, string key)
    {
        var text = front.Text(key);
        var spans = new List<OpenSpan>();
        if (text is "" or "closed")
        {
            return spans;
        }

        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('-', StringSplitOptions.TrimEntries) is [var from, var to]
                && TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var opens)
                && TimeOnly.TryParseExact(to, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var closes)
                && opens < closes
                && (spans.Count == 0 || spans[^1].To < opens))
            {
                spans.Add(new OpenSpan(opens, closes));
            }
            else
            {
                front.Problem(
                    key,
                    $"The hours \"{text}\" cannot be read. Write 07:00-19:00, or 07:00-12:00, 13:00-18:00 in order, or closed.");
                return spans;
            }
        }

        return spans;
    }
}
