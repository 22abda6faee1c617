namespace PhysioSite.Tests.Features.Appointments.Calendar;

/// <summary>A test that requires ical.js. Without it, the test is skipped, or fails if REQUIRE_CALENDAR_PARSER is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CalendarFactAttribute : FactAttribute
{
    public CalendarFactAttribute()
    {
        Skip = CalendarParser.WhyNot;
    }
}
