namespace PhysioSite.Features.Appointments.Jobs;

public sealed class RetentionOptions
{
    public const string Section = "Retention";

    private const int Longest = 3650;

    /// <summary>Days after which what a patient told us is erased, counted from when the request was closed or withdrawn.</summary>
    public int ClosedDays { get; set; } = 180;

    /// <summary>The same for requests held as possible spam, from receipt; and for mails that are about no request.</summary>
    public int SpamDays { get; set; } = 30;

    public static bool IsSound(int days) => days is >= 1 and <= Longest;

    public static string Problem(string key, string what) => $"{Section}:{key} must be 1 to {Longest}: the days after which {what} are erased.";
}
