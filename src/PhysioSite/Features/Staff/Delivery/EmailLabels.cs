using PhysioSite.Email.Outbox;

namespace PhysioSite.Features.Staff.Delivery;

public static class EmailLabels
{
    public static string Kind(EmailKind kind) => kind switch
    {
        EmailKind.ClinicNotice => "To the clinic",
        EmailKind.PatientConfirmation => "To the patient",
        EmailKind.UnansweredToBackupInbox => "Unanswered, to the backup inbox",
        EmailKind.UnansweredToManagers => "Unanswered, to the managers",
        EmailKind.DailyDigest => "Daily digest",
        EmailKind.ManyRequests => "Many requests at once",
        EmailKind.Test => "Test",
        _ => "Email",
    };
}
