namespace PhysioSite.Features.Staff;

/// <summary>How long someone stays signed in to the staff desk.</summary>
public sealed class StaffOptions
{
    public const string Section = "Staff";

    /// <summary>Minutes without a click after which a session ends.</summary>
    public int IdleMinutes { get; set; } = 15;

    /// <summary>Hours after which a session ends however busy it was. A day's work.</summary>
    public int SessionHours { get; set; } = 8;
}
