using System.Globalization;
using PhysioSite.Content.Model;
using PhysioSite.Features.Shared;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Appointments;

/// <summary>A weekday and a part of the day that the patient prefers.</summary>
public sealed record PreferredTime(DayOfWeek Day, PartOfDay Part)
{
    /// <summary>The form value for "any time will do".</summary>
    public const string Any = "any";

    public const int Most = 3;

    /// <summary>For example "monday-morning".</summary>
    public string Id => $"{Day.ToString().ToLowerInvariant()}-{Part.Id}";

    /// <summary>For example "Monday morning, 7 am to 11 am".</summary>
    public string Text => Localize($"{Dates.Day(Day)} {Part.Name.ToLower(CultureInfo.CurrentUICulture)}, {Part.Hours}");

    /// <summary>Monday to Saturday.</summary>
    public static IEnumerable<PreferredTime> Choices(SiteProfile site) =>
        Enumerable.Range((int)DayOfWeek.Monday, 6)
            .SelectMany(day => site.PartsOfDay.Select(part => new PreferredTime((DayOfWeek)day, part)));

    /// <summary>The preferred times as text, or "Any time". A part of the day that is no longer offered is shown by its id.</summary>
    public static string Describe(IReadOnlyList<string> ids, SiteProfile site)
    {
        var choices = Choices(site).ToDictionary(time => time.Id);
        return ids.Count == 0
            ? Localize($"Any time")
            : string.Join("; ", ids.Select(id => choices.TryGetValue(id, out var time) ? time.Text : id));
    }
}
