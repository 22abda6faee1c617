namespace PhysioSite.Features.Appointments;

public sealed class AppointmentOptions
{
    public const string Section = "Appointments";

    /// <summary>Opening hours of the clinic within which a request is answered.</summary>
    public double AnswerWithinOpenHours { get; set; } = 8;

    /// <summary>Reduces the mail to the clinic to the reference and the link to the staff desk.</summary>
    public bool MinimalClinicMail { get; set; }
}
