namespace PhysioSite.Features.Appointments.Spam;

public sealed class SpamOptions
{
    public const string Section = "Spam";

    /// <summary>Seconds within which nobody fills in the form, not even with a browser's help; 0: speed is no sign.</summary>
    public double FastestSeconds { get; set; } = 2;

    /// <summary>How often the same long note is taken within a day before further ones are held; 0: repetition is no sign.</summary>
    public int SameNotes { get; set; } = 3;
}
