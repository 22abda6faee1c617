using System.Globalization;
using Microsoft.AspNetCore.Html;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared;

public static class Dates
{
    /// <summary>For example "September 14, 2026".</summary>
    public static string Long(DateOnly date) => Localize($"{date:MMMM d, yyyy}");

    /// <summary>For example "Monday". Starts with a capital letter in every language, for use outside a sentence.</summary>
    public static string Day(DayOfWeek day) =>
        CultureInfo.CurrentUICulture.TextInfo.ToTitleCase(CultureInfo.CurrentUICulture.DateTimeFormat.GetDayName(day));

    /// <summary>The long date as an HTML time element.</summary>
    public static IHtmlContent Element(DateOnly date) =>
        new HtmlContentBuilder().AppendFormat("<time datetime=\"{0}\">{1}</time>", Machine(date), Long(date));

    /// <summary>For the datetime attribute of an HTML time element.</summary>
    public static string Machine(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
