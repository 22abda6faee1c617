namespace PhysioSite.Features.Appointments.Spam;

public sealed class SpamOptions
{
    public const string Section = "Spam";

    /// <summary>Minimum time in seconds to fill in the form, including with autofill. 0 disables the check.</summary>
    public double FastestSeconds { get; set; } = 2;

    /// <summary>How many times the same long note is accepted within a day before further forms are held. 0 disables the check.</summary>
    public int SameNotes { get; set; } = 3;
}
