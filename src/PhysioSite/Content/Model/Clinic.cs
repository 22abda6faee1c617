using PhysioSite.Text;

namespace PhysioSite.Content.Model;

public enum VisitKind
{
    /// <summary>In person at the clinic.</summary>
    Clinic,

    /// <summary>By video.</summary>
    Video,
}

public sealed record Address(string Street, string City, string State, string Zip);

/// <summary>Geographic coordinates in degrees (WGS 84).</summary>
public readonly record struct Coordinates(double Latitude, double Longitude);

/// <summary>Details that apply only to a clinic with a physical location.</summary>
/// <param name="Directions">Directions to the entrance, in words.</param>
public sealed record ClinicPlace(
    Address Address,
    Coordinates Coordinates,
    string Parking,
    string Transit,
    string StepFree,
    string? Directions);

/// <summary>Why a clinic takes no new patients for now, and where they can go.</summary>
/// <param name="Note">One sentence for patients.</param>
/// <param name="Alternative">The slug of a clinic nearby that takes new patients.</param>
public sealed record NewPatientPause(string Note, string Alternative);

/// <summary>A clinic. Virtual care is modeled as a clinic without a physical location.</summary>
public sealed record Clinic
{
    public required string Slug { get; init; }

    /// <summary>Earlier slugs. Their addresses redirect to this page, and stored data with them belongs to this clinic.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Every slug that stored data of this clinic may have.</summary>
    public IReadOnlyList<string> Slugs => [Slug, .. Aliases];

    /// <summary>The place name only, for example "Madison".</summary>
    public required string Name { get; init; }

    /// <summary>Null for virtual care.</summary>
    public required ClinicPlace? Place { get; init; }

    public required ClinicTimeZone TimeZone { get; init; }

    public required PhoneNumber Phone { get; init; }

    /// <summary>
    /// The address that receives emails about requests. On no page; patients who reply to an email write to it.
    /// </summary>
    public required string Inbox { get; init; }

    /// <summary>
    /// The address that is notified when nobody has accepted a request in time. If null, the managers are notified immediately. Never
    /// shown to patients.
    /// </summary>
    public required string? BackupInbox { get; init; }

    public required IReadOnlyList<VisitKind> Visits { get; init; }

    public required OpeningHours Hours { get; init; }

    /// <summary>
    /// Null while the clinic takes new patients. Otherwise a ZIP code does not lead to this clinic; a patient can still choose it by name.
    /// </summary>
    public NewPatientPause? NewPatientPause { get; init; }

    /// <summary>Whether patients get an email the day before their appointment.</summary>
    public bool SendsReminders { get; init; } = true;

    public required IReadOnlyList<string> Services { get; init; }

    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>States in which a patient of virtual care may be located. Empty for a clinic with a physical location.</summary>
    public required IReadOnlyList<string> LicensedStates { get; init; }

    /// <summary>The referral rule of the clinic's state. Null for virtual care, because its patients are in different states.</summary>
    public required string? ReferralRule { get; init; }

    public required string? Insurance { get; init; }

    /// <summary>The plans that this clinic accepts. Empty when the content does not list them.</summary>
    public IReadOnlyList<InsurancePlan> Plans { get; init; } = [];

    /// <summary>Photos of the place. May be empty.</summary>
    public IReadOnlyList<DescribedPicture> Photos { get; init; } = [];

    public PhoneNumber? Fax { get; init; }

    /// <summary>Which forms a patient fills in before a first visit.</summary>
    public string? Paperwork { get; init; }

    /// <summary>Until when, and at what charge, a visit can be canceled.</summary>
    public string? Cancellation { get; init; }

    /// <summary>The date of the last substantive change to the file.</summary>
    public required DateOnly? Updated { get; init; }

    public required MarkdownText Body { get; init; }

    public bool IsVirtual => Place is null;

    public bool Takes(VisitKind visit) => Visits.Contains(visit);

    /// <summary>
    /// Whether a patient in the state may have this kind of visit here. By video, a therapist treats only patients in a state with their
    /// license: for a clinic with a physical location, its own.
    /// </summary>
    public bool MayTreat(VisitKind visit, string state) =>
        Takes(visit) && (visit == VisitKind.Clinic || (Place is { } place ? place.Address.State == state : LicensedStates.Contains(state)));
}
