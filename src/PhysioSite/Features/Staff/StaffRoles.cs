namespace PhysioSite.Features.Staff;

public static class StaffRoles
{
    /// <summary>Sees all clinics and adds people.</summary>
    public const string Administrator = "Administrator";

    /// <summary>Sees the requests of their own clinics.</summary>
    public const string Staff = "Staff";
}

internal static class StaffClaims
{
    public const string DisplayName = "display_name";

    /// <summary>When the session ends, in seconds of Unix time.</summary>
    public const string SessionEnds = "session_ends";
}
