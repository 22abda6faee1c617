namespace PhysioSite.Features.Appointments.Spam;

public sealed class SpamOptions
{
    public const string Section = "Spam";

    /// <summary>Minimum time in seconds to fill in the form, including with autofill. 0 disables the check.</summary>
    public double FastestSeconds { get; set; } = 2;

    /// <summary>How many times the same long note is accepted within a day before further forms are held. 0 disables the check.</summary>
    public int SameNotes { get; set; } = 3;

    /// <summary>
    /// How many confirmations one email address gets within a day, because a stranger could send forms with somebody else's address. 0
    /// disables the limit.
    /// </summary>
    public int ConfirmationsPerAddress { get; set; } = 5;
}
