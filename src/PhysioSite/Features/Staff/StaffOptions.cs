namespace PhysioSite.Features.Staff;

/// <summary>Options for the duration of staff sessions.</summary>
public sealed class StaffOptions
{
    public const string Section = "Staff";

    /// <summary>Idle timeout of a session, in minutes.</summary>
    public int IdleMinutes { get; set; } = 15;

    /// <summary>Maximum duration of a session regardless of activity, in hours. The default is one working day.</summary>
    public int SessionHours { get; set; } = 8;
}
