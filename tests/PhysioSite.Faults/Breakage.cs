namespace PhysioSite.Faults;

/// <summary>A deliberate breakage of the site, and how the harness must report it.</summary>
/// <param name="Name">The name of the breakage in PhysioSite.Faults.Breakages.</param>
/// <param name="Report">Part of the report.</param>
/// <param name="IsOfSystemCalls">Whether only the system calls show it.</param>
internal sealed record Breakage(string Name, string Report, bool IsOfSystemCalls = false)
{
    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("somebody-else", "stored differently: Name"),
        new("digits-swapped", "stored differently: Phone"),
        new("another-way-to-reach", "stored differently: Contact"),
        new("preferred-times-lost", "stored differently: Wishes"),
        new("note-lost", "stored differently: Note"),
        new("another-clinic", "at another clinic"),
        new("another-visit", "another kind of visit"),
        new("another-time-promised", "an email to the patient lacks something"),
        new("reference-reused", "two patients were given the reference"),
        new("history-lost", "the history of a request is \"\""),
        new("request-lost", "lost "),
        new("held-silently", "a request is Held instead of New"),
        new("to-a-stranger-with-a-dead-link", "a confirmation goes to an address that the patient did not type"),
        new("dead-link", "a private link answers 404"),
        new("link-of-another", "an email to the patient has another link"),
        new("private-page-gone", "a private link answers 404"),
        new("confirmation-names-the-patient", "an email to the patient names another patient, or what must not be in it"),
        new("confirmation-lost", "a confirmation was never written"),
        new("clinic-email-lost", "an email to the clinic was never written"),
        new("clinic-email-to-another-clinic", "an email to the clinic goes to another address"),
        new("clinic-email-names-another", "an email to the clinic names another patient"),
        new("note-in-email", "the body area, the note or the access needs in it"),
        new("staff-link-lost", "an email to the clinic has another link"),
        new("noted-as-sent", "are noted as sent, but the mail server has none of them"),
        new("every-email-copied", "a clinic gets several emails"),
        new("every-email-twice", "an email came more often than it may"),
        new("synchronous-off", "acknowledged before they were forced to the disk", IsOfSystemCalls: true),
        new("synchronous-normal", "acknowledged before they were forced to the disk", IsOfSystemCalls: true),

        // These leave traces that the next ones would be reported for as well.
        new("not-encrypted", "what a patient typed cannot be decrypted"),
        new("name-in-the-log", "site.log has data of patients in plain text"),
        new("index-damaged", "the database is damaged"),
    ];
}
