namespace PhysioSite.Features.Appointments;

public sealed class AppointmentOptions
{
    public const string Section = "Appointments";

    /// <summary>Time limit for answering a request, in opening hours of the clinic.</summary>
    public double AnswerWithinOpenHours { get; set; } = 8;

    /// <summary>Limits the email to the clinic to the reference and the link to the staff desk.</summary>
    public bool MinimalClinicMail { get; set; }

    /// <summary>
    /// Opening hours without activity after which a claimed request returns to the queue. 0 leaves it claimed.
    /// </summary>
    public double ClaimOpenHours { get; set; } = 4;

    /// <summary>Length of an appointment in calendar entries, in minutes.</summary>
    public int VisitMinutes { get; set; } = 60;

    /// <summary>
    /// The home page shows the share of calls made by the promised time in this number of days. 0 shows nothing.
    /// </summary>
    public int PublicOnTimeDays { get; set; }

    internal TimeSpan ClaimWithin => TimeSpan.FromHours(ClaimOpenHours);

    internal TimeSpan VisitLength => TimeSpan.FromMinutes(VisitMinutes);

    internal TimeSpan AnswerWithin => TimeSpan.FromHours(AnswerWithinOpenHours);
}
