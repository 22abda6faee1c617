namespace PhysioSite.Features.Appointments;

public sealed class AppointmentOptions
{
    public const string Section = "Appointments";

    /// <summary>Time limit for answering a request, in opening hours of the clinic.</summary>
    public double AnswerWithinOpenHours { get; set; } = 8;

    /// <summary>Limits the email to the clinic to the reference and the link to the staff desk.</summary>
    public bool MinimalClinicMail { get; set; }

    internal TimeSpan AnswerWithin => TimeSpan.FromHours(AnswerWithinOpenHours);
}
