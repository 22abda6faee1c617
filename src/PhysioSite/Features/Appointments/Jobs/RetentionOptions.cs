namespace PhysioSite.Features.Appointments.Jobs;

public sealed class RetentionOptions
{
    public const string Section = "Retention";

    private const int Longest = 3650;

    /// <summary>
    /// Retention period in days for the data provided by the patient, counted from when the request was closed or withdrawn.
    /// </summary>
    public int ClosedDays { get; set; } = 180;

    /// <summary>
    /// Retention period in days for requests held as possible spam, counted from receipt, and for emails that are not about a request.
    /// </summary>
    public int SpamDays { get; set; } = 30;

    /// <summary>
    /// Days without a change after which an open request is erased. The managers are told before, and again a week later; it is erased
    /// another week later.
    /// </summary>
    public int OpenDays { get; set; } = 180;

    /// <summary>Days after which the body of a sent email is dropped. It cannot be sent again afterwards.</summary>
    public int EmailBodyDays { get; set; } = 14;

    /// <summary>
    /// Days by which the clock may move ahead between two runs. Beyond it, and for an unusually large batch, nothing is erased until an
    /// operator confirms it. 0 turns both checks off.
    /// </summary>
    public int ConfirmAfterDays { get; set; } = 3;

    public static bool IsSound(int days) => days is >= 1 and <= Longest;

    public static string Problem(string key, string what) =>
        $"{Section}:{key} must be 1 to {Longest}: the days after which {what} are erased.";
}
