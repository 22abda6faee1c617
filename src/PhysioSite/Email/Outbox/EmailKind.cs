using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PhysioSite.Email.Outbox;

/// <summary>The type of an email in the outbox.</summary>
public enum EmailKind
{
    /// <summary>The database has a name that this version of the program does not know.</summary>
    Unknown,
    ClinicNotice,
    PatientConfirmation,
    UnansweredToBackupInbox,
    UnansweredToManagers,
    DailyDigest,
    ManyRequests,
    CanceledByPatient,
    AppointmentAgreed,
    AppointmentCanceled,
    AppointmentReminder,
    RequestTransferred,
    ErasureWarning,
    Test,
}

/// <summary>The stored names of <see cref="EmailKind"/>. A name in use must never change.</summary>
internal sealed class EmailKindConverter() : ValueConverter<EmailKind, string>(kind => ToName(kind), name => FromName(name))
{
    private static readonly Dictionary<EmailKind, string> Names = new()
    {
        [EmailKind.Unknown] = "Unknown",
        [EmailKind.ClinicNotice] = "To the clinic",
        [EmailKind.PatientConfirmation] = "To the patient",
        [EmailKind.UnansweredToBackupInbox] = "Unanswered, to the backup inbox",
        [EmailKind.UnansweredToManagers] = "Unanswered, to the managers",
        [EmailKind.DailyDigest] = "Daily digest",
        [EmailKind.ManyRequests] = "Many requests",
        [EmailKind.CanceledByPatient] = "Canceled by the patient",
        [EmailKind.AppointmentAgreed] = "Appointment agreed",
        [EmailKind.AppointmentCanceled] = "Appointment canceled",
        [EmailKind.AppointmentReminder] = "Appointment reminder",
        [EmailKind.RequestTransferred] = "Request transferred",
        [EmailKind.ErasureWarning] = "Erasure warning",
        [EmailKind.Test] = "Test",
    };

    private static readonly Dictionary<string, EmailKind> Kinds = Names.ToDictionary(pair => pair.Value, pair => pair.Key);

    public static string ToName(EmailKind kind) => Names[kind];

    private static EmailKind FromName(string name) => Kinds.GetValueOrDefault(name);
}
