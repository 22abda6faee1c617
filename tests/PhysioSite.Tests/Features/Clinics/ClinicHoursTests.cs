using System.Globalization;

namespace PhysioSite.Tests.Features.Clinics;

/// <summary>The hours on the page of a clinic. Madison is closed on Thanksgiving in the sample content.</summary>
public sealed class ClinicHoursTests
{
    [Theory]
    [InlineData("2026-11-19T18:00Z", "Today: 7 am to 7 pm", "Thursday (today) 7 am to 7 pm")]
    [InlineData("2026-11-26T18:00Z", "Today: closed (Thanksgiving)", "Thursday 7 am to 7 pm")]
    public async Task Week_OnADayWithOtherHours_IsNotMarkedAsTheHoursOfToday(string now, string today, string thursday)
    {
        using var site = new Site();
        site.Clock.Set(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
        using var browser = site.Open();

        var page = (await browser.GetAsync("/clinics/madison")).Page;

        Assert.Equal(today, Answer.Words(page.QuerySelector("main p.today")!));
        var row = page.QuerySelectorAll("main table.hours tr")
            .Single(row => row.TextContent.Contains("Thursday", StringComparison.Ordinal));
        Assert.Equal(thursday, $"{Answer.Words(row.QuerySelector("th")!)} {Answer.Words(row.QuerySelector("td")!)}");
    }
}
