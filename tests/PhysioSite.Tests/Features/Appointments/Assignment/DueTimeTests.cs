using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Tests.Features.Clinics;

namespace PhysioSite.Tests.Features.Appointments.Assignment;

public sealed class DueTimeTests
{
    private const string Central = "America/Chicago";
    private const string Pacific = "America/Los_Angeles";
    private const string Arizona = "America/Phoenix";

    [Theory]
    [InlineData("2026-11-17 07:00 -6", "2026-11-17 15:00 -6")]
    [InlineData("2026-11-17 09:00 -6", "2026-11-17 17:00 -6")]
    [InlineData("2026-11-17 11:00 -6", "2026-11-17 19:00 -6")]
    public void After_WhileOpenLongEnough_IsTheSameDay(string received, string due) => AssertDue(Usual(Central), received, due);

    [Theory]
    [InlineData("2026-11-17 00:00 -6", "2026-11-17 15:00 -6")]
    [InlineData("2026-11-17 06:59 -6", "2026-11-17 15:00 -6")]
    public void After_BeforeOpening_CountsFromOpening(string received, string due) => AssertDue(Usual(Central), received, due);

    [Theory]
    [InlineData("2026-11-17 19:00 -6", "2026-11-18 15:00 -6")]
    [InlineData("2026-11-17 23:59 -6", "2026-11-18 15:00 -6")]
    public void After_AtOrAfterClosing_CountsFromTheNextOpening(string received, string due) => AssertDue(Usual(Central), received, due);

    [Theory]
    [InlineData("2026-11-17 15:00 -6", "2026-11-18 11:00 -6")]
    [InlineData("2026-11-17 18:00 -6", "2026-11-18 14:00 -6")]
    [InlineData("2026-11-20 18:00 -6", "2026-11-23 10:00 -6")]
    [InlineData("2026-11-20 19:00 -6", "2026-11-23 11:00 -6")]
    [InlineData("2026-11-21 11:00 -6", "2026-11-23 14:00 -6")]
    [InlineData("2026-11-21 12:00 -6", "2026-11-23 15:00 -6")]
    [InlineData("2026-11-22 10:00 -6", "2026-11-23 15:00 -6")]
    public void After_RestOfTheDayTooShort_GoesOnWhenItOpensAgain(string received, string due) => AssertDue(Usual(Central), received, due);

    [Fact]
    public void After_FridayEvening_IsMondayWithoutSaturdayHours() =>
        AssertDue(SampleClinic.In(Central), "2026-11-20 18:00 -6", "2026-11-23 14:00 -6");

    [Theory]
    [InlineData("2026-11-17 12:00 -6", "2026-11-18 10:00 -6")]
    [InlineData("2026-11-17 12:30 -6", "2026-11-18 10:00 -6")]
    [InlineData("2026-11-17 13:00 -6", "2026-11-18 10:00 -6")]
    [InlineData("2026-11-17 11:00 -6", "2026-11-18 09:00 -6")]
    [InlineData("2026-11-17 07:00 -6", "2026-11-17 16:00 -6")]
    [InlineData("2026-11-17 09:00 -6", "2026-11-17 18:00 -6")]
    [InlineData("2026-11-17 15:00 -6", "2026-11-18 12:00 -6")]
    public void After_ClosedAtNoon_LeavesTheBreakOut(string received, string due) =>
        AssertDue(SampleClinic.In(Central, "07:00-12:00, 13:00-18:00"), received, due);

    [Theory]
    [InlineData("2026-11-25 14:00 -6", "2026-11-27 11:00 -6")]
    [InlineData("2026-11-25 18:00 -6", "2026-11-30 10:00 -6")]
    [InlineData("2026-11-26 10:00 -6", "2026-11-30 11:00 -6")]
    [InlineData("2026-11-27 11:30 -6", "2026-11-30 15:00 -6")]
    [InlineData("2026-12-11 18:00 -6", "2026-12-13 13:00 -6")]
    public void After_Holidays_CountsTheirOwnHours(string received, string due)
    {
        var clinic = SampleClinic.In(
            Central, SampleClinic.Usual, "08:00-12:00", "closed",
            ("2026-11-26", "closed"), ("2026-11-27", "08:00-12:00"), ("2026-11-28", "closed"), ("2026-12-13", "10:00-14:00"));

        AssertDue(clinic, received, due);
    }

    [Fact]
    public void After_TurnOfTheYear_SkipsNewYear() =>
        AssertDue(
            SampleClinic.In(Central, SampleClinic.Usual, "08:00-12:00", "closed", ("2027-01-01", "closed")),
            "2026-12-31 17:00 -6",
            "2027-01-04 09:00 -6");

    [Theory]
    [InlineData("2026-11-17 09:00:00 -6", "2026-11-17 17:00 -6")]
    [InlineData("2026-11-17 09:00:00.0000001 -6", "2026-11-17 18:00 -6")]
    [InlineData("2026-11-17 09:00:01 -6", "2026-11-17 18:00 -6")]
    [InlineData("2026-11-17 09:30:00 -6", "2026-11-17 18:00 -6")]
    [InlineData("2026-11-17 09:59:59 -6", "2026-11-17 18:00 -6")]
    [InlineData("2026-11-17 18:59:00 -6", "2026-11-18 15:00 -6")]
    public void After_NotOnTheHour_IsRoundedUp(string received, string due) => AssertDue(SampleClinic.In(Central), received, due);

    [Theory]
    [InlineData(Central, "2027-03-12 18:00 -6", "2027-03-15 10:00 -5")]
    [InlineData(Central, "2026-10-30 18:00 -5", "2026-11-02 10:00 -6")]
    [InlineData(Central, "2027-11-05 18:00 -5", "2027-11-08 10:00 -6")]
    [InlineData(Pacific, "2027-03-12 18:00 -8", "2027-03-15 10:00 -7")]
    [InlineData(Pacific, "2026-10-30 18:00 -7", "2026-11-02 10:00 -8")]
    [InlineData(Pacific, "2027-11-05 18:00 -7", "2027-11-08 10:00 -8")]
    [InlineData(Arizona, "2027-03-12 18:00 -7", "2027-03-15 10:00 -7")]
    [InlineData(Arizona, "2026-10-30 18:00 -7", "2026-11-02 10:00 -7")]
    [InlineData(Arizona, "2027-11-05 18:00 -7", "2027-11-08 10:00 -7")]
    public void After_ClocksChangeWhileClosed_KeepsTheClinicsClock(string zone, string received, string due) =>
        AssertDue(Usual(zone), received, due);

    /// <summary>The night has 23 hours: only five hours pass between midnight and 6 am.</summary>
    [Theory]
    [InlineData(Central, "2027-03-13 20:00 -6", 3, "2027-03-14 04:00 -5")]
    [InlineData(Central, "2027-03-13 20:00 -6", 5, "2027-03-14 06:00 -5")]
    [InlineData(Central, "2027-03-13 20:00 -6", 8, "2027-03-15 10:00 -5")]
    [InlineData(Central, "2027-03-14 01:30 -6", 1, "2027-03-14 04:00 -5")]
    [InlineData(Pacific, "2027-03-13 20:00 -8", 8, "2027-03-15 10:00 -7")]
    [InlineData(Arizona, "2027-03-13 20:00 -7", 8, "2027-03-15 09:00 -7")]
    public void After_OpenWhileClocksGoForward_CountsTheHoursThatPass(string zone, string received, double hours, string due) =>
        AssertDue(SampleClinic.In(zone, sunday: "00:00-06:00"), received, due, hours);

    /// <summary>The night has 25 hours: seven hours pass between midnight and 6 am.</summary>
    [Theory]
    [InlineData(Central, "2026-10-31 20:00 -5", 1, "2026-11-01 01:00 -5")]
    [InlineData(Central, "2026-10-31 20:00 -5", 2, "2026-11-01 01:00 -6")]
    [InlineData(Central, "2026-10-31 20:00 -5", 1.5, "2026-11-01 01:00 -6")]
    [InlineData(Central, "2026-10-31 20:00 -5", 3, "2026-11-01 02:00 -6")]
    [InlineData(Central, "2026-10-31 20:00 -5", 7, "2026-11-01 06:00 -6")]
    [InlineData(Central, "2026-10-31 20:00 -5", 8, "2026-11-02 08:00 -6")]
    [InlineData(Central, "2026-11-01 01:30 -5", 3, "2026-11-01 04:00 -6")]
    [InlineData(Central, "2026-11-01 01:30 -6", 3, "2026-11-01 05:00 -6")]
    [InlineData(Central, "2027-11-06 20:00 -5", 8, "2027-11-08 08:00 -6")]
    [InlineData(Pacific, "2026-10-31 20:00 -7", 8, "2026-11-02 08:00 -8")]
    [InlineData(Pacific, "2027-11-06 20:00 -7", 8, "2027-11-08 08:00 -8")]
    [InlineData(Arizona, "2026-10-31 20:00 -7", 8, "2026-11-02 09:00 -7")]
    public void After_OpenWhileClocksGoBack_CountsTheHoursThatPass(string zone, string received, double hours, string due) =>
        AssertDue(SampleClinic.In(zone, sunday: "00:00-06:00"), received, due, hours);

    [Theory]
    [InlineData(0.25, "2026-11-17 10:00 -6")]
    [InlineData(1, "2026-11-17 10:00 -6")]
    [InlineData(10, "2026-11-17 19:00 -6")]
    [InlineData(12, "2026-11-18 09:00 -6")]
    [InlineData(120, "2026-12-01 09:00 -6")]
    public void After_OtherNumberOfHours_CountsAsMany(double hours, string due) =>
        AssertDue(SampleClinic.In(Central), "2026-11-17 09:00 -6", due, hours);

    [Fact]
    public void After_NeverOpen_DoesNotSearchForever() =>
        AssertDue(SampleClinic.In(Central, "closed"), "2026-11-17 09:30 -6", "2026-11-17 18:00 -6");

    private static Clinic Usual(string zone) => SampleClinic.In(zone, SampleClinic.Usual, "08:00-12:00");

    private static void AssertDue(Clinic clinic, string received, string due, double hours = 8)
    {
        var answer = DueTime.After(clinic, SampleClinic.Utc(received), TimeSpan.FromHours(hours));

        Assert.Equal(SampleClinic.Utc(due), answer);
        Assert.Equal(DateTimeKind.Utc, answer.Kind);
    }
}
