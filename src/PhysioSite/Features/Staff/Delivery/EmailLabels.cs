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
        EmailKind.CanceledByPatient => "Canceled by the patient, to the clinic",
        EmailKind.AppointmentAgreed => "Agreed time, to the patient",
        EmailKind.AppointmentCanceled => "Canceled time, to the patient",
        EmailKind.AppointmentReminder => "Reminder, to the patient",
        EmailKind.RequestTransferred => "Other clinic, to the patient",
        EmailKind.ErasureWarning => "Requests to be erased, to the managers",
        EmailKind.Test => "Test",
        _ => "Email",
    };
}
