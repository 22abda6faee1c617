using System.Globalization;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Tests.Features.Clinics;

public sealed class ClinicClockTests
{
    private const string Central = "America/Chicago";

    [Theory]
    [InlineData("00:00", "midnight")]
    [InlineData("00:30", "12:30 am")]
    [InlineData("07:00", "7 am")]
    [InlineData("07:30", "7:30 am")]
    [InlineData("11:59", "11:59 am")]
    [InlineData("12:00", "noon")]
    [InlineData("12:30", "12:30 pm")]
    [InlineData("14:00", "2 pm")]
    [InlineData("23:05", "11:05 pm")]
    public void Time_OfTheDay_ReadsAsPatientsSayIt(string time, string expected) =>
        Assert.Equal(expected, ClinicClock.Time(TimeOnly.Parse(time, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("closed", "closed")]
    [InlineData("07:00-19:00", "7 am to 7 pm")]
    [InlineData("07:30-12:00, 13:00-18:30", "7:30 am to noon and 1 pm to 6:30 pm")]
    public void Hours_OfADay_ReadAsPatientsSayThem(string spans, string expected) =>
        Assert.Equal(expected, ClinicClock.Hours(SampleClinic.Spans(spans)));

    [Theory]
    [InlineData(0.04, "0.0 miles")]
    [InlineData(0.2, "0.2 miles")]
    [InlineData(3.14, "3.1 miles")]
    [InlineData(9.94, "9.9 miles")]
    [InlineData(10.4, "10 miles")]
    [InlineData(189.47, "189 miles")]
    [InlineData(2390.6, "2,391 miles")]
    public void Miles_AnyDistance_HasTenthsBelowTen(double miles, string expected) => Assert.Equal(expected, ClinicClock.Miles(miles));

    [Fact]
    public void DayAndTime_Always_IsOnTheClinicsClockWithItsZone()
    {
        var phoenix = SampleClinic.In("America/Phoenix");
        var clinic = phoenix with { TimeZone = phoenix.TimeZone with { Name = "Arizona Time" } };

        Assert.Equal("Tuesday, November 17, noon (Arizona Time)", ClinicClock.DayAndTime(clinic, SampleClinic.Utc("2026-11-17 19:00 +0")));
        Assert.Equal(
            "Tuesday, November 17, 11:30 pm (Arizona Time)",
            ClinicClock.DayAndTime(clinic, SampleClinic.Utc("2026-11-18 06:30 +0")));
    }

    [Theory]
    [InlineData("2026-11-17 06:59 -6", "Opens today at 7 am (Sample Time)")]
    [InlineData("2026-11-17 07:00 -6", "Open now until noon (Sample Time)")]
    [InlineData("2026-11-17 11:59 -6", "Open now until noon (Sample Time)")]
    [InlineData("2026-11-17 12:00 -6", "Opens today at 1:30 pm (Sample Time)")]
    [InlineData("2026-11-17 13:30 -6", "Open now until 6 pm (Sample Time)")]
    [InlineData("2026-11-17 18:00 -6", "Closed now, opens Wednesday, November 18 at 7 am (Sample Time)")]
    [InlineData("2026-11-20 20:00 -6", "Closed now, opens Saturday, November 21 at 8 am (Sample Time)")]
    [InlineData("2026-11-21 12:00 -6", "Closed now, opens Monday, November 23 at 7 am (Sample Time)")]
    [InlineData("2026-11-25 19:00 -6", "Closed now, opens Friday, November 27 at 9:15 am (Sample Time)")]
    [InlineData("2026-11-26 10:00 -6", "Closed now, opens Friday, November 27 at 9:15 am (Sample Time)")]
    [InlineData("2026-11-27 10:00 -6", "Open now until 11 am (Sample Time)")]
    [InlineData("2026-11-27 11:00 -6", "Closed now, opens Monday, November 30 at 7 am (Sample Time)")]
    public void OpenNow_AroundTheWeekAndHolidays_SaysUntilWhenOrFromWhen(string now, string expected)
    {
        var clinic = SampleClinic.In(
            Central,
            "07:00-12:00, 13:30-18:00",
            "08:00-12:00",
            "closed",
            ("2026-11-26", "closed"),
            ("2026-11-27", "09:15-11:00"),
            ("2026-11-28", "closed"));

        Assert.Equal(expected, ClinicClock.OpenNow(clinic, SampleClinic.Utc(now)));
    }

    [Fact]
    public void OpenNow_ClosedForWeeks_SaysWhenItOpens()
    {
        var closed = Enumerable.Range(0, 20)
            .Select(day => (new DateOnly(2026, 12, 20).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "closed"));
        var clinic = SampleClinic.In(Central, exceptions: [.. closed]);

        Assert.All(["2026-12-20 10:00 -6", "2026-12-31 10:00 -6"], now => Assert.Equal(
            "Closed now, opens Monday, January 11 at 7 am (Sample Time)", ClinicClock.OpenNow(clinic, SampleClinic.Utc(now))));
    }

    [Fact]
    public void OpenNow_ClosedForMoreThanAYear_SaysSo()
    {
        var closed = Enumerable.Range(0, 400)
            .Select(day => (new DateOnly(2026, 12, 20).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "closed"));

        Assert.Equal(
            "Closed until further notice",
            ClinicClock.OpenNow(SampleClinic.In(Central, exceptions: [.. closed]), SampleClinic.Utc("2026-12-20 10:00 -6")));
    }

    [Theory]
    [InlineData(Central, "2026-11-17 09:00", "2026-11-17 15:00 +0")]
    [InlineData(Central, "2026-07-01 09:00", "2026-07-01 14:00 +0")]
    [InlineData("America/Phoenix", "2026-07-01 09:00", "2026-07-01 16:00 +0")]
    [InlineData("America/Phoenix", "2027-03-14 02:30", "2027-03-14 09:30 +0")]
    public void ToUtc_OrdinaryTime_FollowsTheZone(string zone, string local, string expected) => AssertToUtc(zone, local, expected);

    [Theory]
    [InlineData(Central, "2027-03-14 01:59", "2027-03-14 07:59 +0")]
    [InlineData(Central, "2027-03-14 02:00", "2027-03-14 08:00 +0")]
    [InlineData(Central, "2027-03-14 02:30", "2027-03-14 08:30 +0")]
    [InlineData(Central, "2027-03-14 03:00", "2027-03-14 08:00 +0")]
    [InlineData("America/Los_Angeles", "2027-03-14 02:30", "2027-03-14 10:30 +0")]
    public void ToUtc_HourSkippedInSpring_CountsAsTheHourAfter(string zone, string local, string expected) =>
        AssertToUtc(zone, local, expected);

    [Theory]
    [InlineData(Central, "2026-11-01 00:59", "2026-11-01 05:59 +0")]
    [InlineData(Central, "2026-11-01 01:00", "2026-11-01 06:00 +0")]
    [InlineData(Central, "2026-11-01 01:30", "2026-11-01 06:30 +0")]
    [InlineData(Central, "2026-11-01 02:00", "2026-11-01 08:00 +0")]
    [InlineData("America/Los_Angeles", "2027-11-07 01:30", "2027-11-07 08:30 +0")]
    public void ToUtc_HourRepeatedInAutumn_CountsAsItsFirstPass(string zone, string local, string expected) =>
        AssertToUtc(zone, local, expected);

    private static void AssertToUtc(string zone, string local, string expected)
    {
        var utc = SampleClinic.In(zone).TimeZone.ToUtc(DateTime.Parse(local, CultureInfo.InvariantCulture));

        Assert.Equal(SampleClinic.Utc(expected), utc);
        Assert.Equal(DateTimeKind.Utc, utc.Kind);
    }

    /// <summary>Around both changes of the clocks, and with hours that begin in the hour that is skipped or repeated.</summary>
    [Theory]
    [InlineData("2026-11-01")]
    [InlineData("2026-03-08")]
    [InlineData("2026-11-17")]
    public void NextChange_FromAnyMinute_IsNotAfterTheTextChanges(string date)
    {
        var clinic = SampleClinic.In(Central, "07:00-12:00, 13:30-18:10", "23:15-23:59", "00:00-01:40, 02:20-03:05, 14:00-15:00");
        var start = DateTime.Parse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        for (var utc = start.AddHours(-6); utc < start.AddHours(48); utc = utc.AddMinutes(5))
        {
            var change = ClinicClock.NextChange(clinic, utc);
            Assert.True(change > utc, $"{utc:o} {change:o}");
            for (var later = utc; later < change; later = later.AddMinutes(5))
            {
                Assert.Equal(ClinicClock.OpenNow(clinic, utc), ClinicClock.OpenNow(clinic, later));
            }
        }
    }
}
