using PhysioSite.Text;

namespace PhysioSite.Content.Model;

/// <summary>A body area. The areas are coarse so that patients need not disclose details.</summary>
/// <param name="Wear">Recommended clothing for a first visit about this area.</param>
public sealed record BodyArea(string Id, string Name, string Wear);

public sealed record PartOfDay(string Id, string Name, string Hours);

/// <summary>An author or reviewer.</summary>
public sealed record Person(string Id, string Name, string Credentials, string Role)
{
    public string NameWithCredentials => $"{Name}, {Credentials}";
}

/// <summary>How to reach the clinic group.</summary>
/// <param name="PhoneHours">When the phone is answered, in words.</param>
/// <param name="ManagersInbox">
/// The addresses that are notified when a clinic leaves a request unanswered. Never shown to patients.
/// </param>
public sealed record SiteContact(
    PhoneNumber Phone,
    string PhoneHours,
    string Email,
    string CareersEmail,
    IReadOnlyList<string> ManagersInbox);

/// <summary>What a patient has ready for a first visit.</summary>
/// <param name="Bring">For a visit in person.</param>
/// <param name="BringVideo">For a visit by video.</param>
public sealed record FirstVisit(IReadOnlyList<string> Bring, IReadOnlyList<string> BringVideo);

/// <summary>Texts of a clinic that follow from its time zone or state, or that apply unless the clinic has its own.</summary>
/// <param name="TimeZones">Maps IANA time zones to the names patients use.</param>
/// <param name="ReferralRules">Maps two-letter state codes to referral rules.</param>
/// <param name="Insurance">The insurance text for clinics that do not have their own.</param>
/// <param name="Plans">The plans that a clinic can accept, in the order in which they are listed.</param>
/// <param name="Paperwork">Which forms a patient fills in before a first visit.</param>
/// <param name="Cancellation">Until when, and at what charge, a visit can be canceled.</param>
public sealed record ClinicDefaults(
    IReadOnlyDictionary<string, string> TimeZones,
    IReadOnlyDictionary<string, string> ReferralRules,
    string? Insurance,
    IReadOnlyList<InsurancePlan> Plans,
    string? Paperwork,
    string? Cancellation);

/// <summary>A notice above every page for a limited time, for example about a storm.</summary>
/// <param name="FromUtc">When it is shown first.</param>
/// <param name="ToUtc">When it is gone.</param>
public sealed record SiteNotice(string Id, DateTime FromUtc, DateTime ToUtc, string Text);

/// <summary>The clinic group, from <c>site.yml</c>.</summary>
public sealed record SiteProfile
{
    /// <summary>The content language's own name for itself, for example "Español".</summary>
    public required string Language { get; init; }

    public required string Name { get; init; }

    public required string ShortName { get; init; }

    public required string Tagline { get; init; }

    public required string Summary { get; init; }

    /// <summary>The year in which the group began to treat patients. Null when the content does not say.</summary>
    public required int? Founded { get; init; }

    public required SiteContact Contact { get; init; }

    /// <summary>The equal opportunity and accommodation statement on the page of each position.</summary>
    public required string EqualOpportunity { get; init; }

    public required IReadOnlyList<BodyArea> BodyAreas { get; init; }

    public required FirstVisit FirstVisit { get; init; }

    public required IReadOnlyList<PartOfDay> PartsOfDay { get; init; }

    public required IReadOnlyList<Person> People { get; init; }

    /// <summary>
    /// What the letters after the names of therapists mean, for example "OCS". Empty when the content does not explain them.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Credentials { get; init; }

    public required ClinicDefaults ClinicDefaults { get; init; }

    /// <summary>Days with different hours at every clinic that does not list the day itself. The reasons are in English.</summary>
    public required IReadOnlyList<SpecialDay> Holidays { get; init; }

    public required IReadOnlyList<SiteNotice> Notices { get; init; }

    /// <summary>
    /// Maps English terms in the clinics' lists (services, languages, specialties, holidays) to the content language. Empty for
    /// English.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Terms { get; init; }

    /// <summary>The notice to show. If there are several at a time, the one that began last.</summary>
    public SiteNotice? NoticeAt(DateTime utc) =>
        Notices.Where(notice => notice.FromUtc <= utc && utc < notice.ToUtc).MaxBy(notice => notice.FromUtc);

    public BodyArea? FindBodyArea(string? id) => BodyAreas.FirstOrDefault(area => area.Id == id);

    /// <summary>Returns a term in the content language, or the English term if the table does not contain it.</summary>
    public string Term(string english) => Terms.GetValueOrDefault(english, english);
}
