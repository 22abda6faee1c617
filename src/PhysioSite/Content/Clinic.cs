using PhysioSite.Content.Reading;
using PhysioSite.Text;

namespace PhysioSite.Content;

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
public sealed record ClinicPlace(Address Address, Coordinates Coordinates, string Parking, string Transit, string StepFree, string? Directions);

/// <summary>A therapist who treats patients at a clinic.</summary>
public sealed record Therapist(string Name, string Credentials, IReadOnlyList<string> Languages, IReadOnlyList<string> Specialties);

/// <summary>A clinic. Virtual care is modeled as a clinic without a physical location.</summary>
public sealed record Clinic
{
    private static readonly Dictionary<string, VisitKind> VisitKinds = new()
    {
        ["clinic"] = VisitKind.Clinic,
        ["video"] = VisitKind.Video,
    };

    public required string Slug { get; init; }

    /// <summary>The place name only, for example "Madison".</summary>
    public required string Name { get; init; }

    /// <summary>Null for virtual care.</summary>
    public required ClinicPlace? Place { get; init; }

    public required ClinicTimeZone TimeZone { get; init; }

    public required PhoneNumber Phone { get; init; }

    /// <summary>The address that receives emails about requests. Never shown to patients.</summary>
    public required string Inbox { get; init; }

    /// <summary>
    /// The address that is notified when nobody has accepted a request in time. If null, the managers are notified immediately. Never
    /// shown to patients.
    /// </summary>
    public required string? BackupInbox { get; init; }

    public required IReadOnlyList<VisitKind> Visits { get; init; }

    public required OpeningHours Hours { get; init; }

    public required IReadOnlyList<string> Services { get; init; }

    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>States in which a patient of virtual care may be located. Empty for a clinic with a physical location.</summary>
    public required IReadOnlyList<string> LicensedStates { get; init; }

    /// <summary>The referral rule of the clinic's state. Null for virtual care, because its patients are in different states.</summary>
    public required string? ReferralRule { get; init; }

    public required IReadOnlyList<Therapist> Therapists { get; init; }

    public required string? Insurance { get; init; }

    /// <summary>The date of the last substantive change to the file.</summary>
    public required DateOnly? Updated { get; init; }

    public required MarkdownText Body { get; init; }

    public bool IsVirtual => Place is null;

    public bool Takes(VisitKind visit) => Visits.Contains(visit);

    internal static Clinic Read(ContentFile file, SiteProfile site)
    {
        var front = file.Front;
        var isVirtual = front.Flag("virtual");
        var place = isVirtual ? null : ReadPlace(front);
        var zone = front.Text("timeZone");
        if (zone.Length > 0 && !site.TimeZones.ContainsKey(zone))
        {
            front.Problem("timeZone", $"\"timeZone\" is \"{zone}\". Use one of the zones listed under timeZones in site.yml.");
        }

        string? referralRule = null;
        if (place is { Address.State.Length: > 0 } && !site.ReferralRules.TryGetValue(place.Address.State, out referralRule))
        {
            front.Problem("address", $"\"address.state\" is \"{place.Address.State}\". Add its rule under referralRules in site.yml.");
        }

        var clinic = new Clinic
        {
            Slug = file.Slug,
            Name = front.Text("name"),
            Place = place,
            TimeZone = new ClinicTimeZone(
                TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc,
                site.TimeZones.GetValueOrDefault(zone, zone)),
            Phone = front.Phone("phone"),
            Inbox = EmailAddressText.Read(front, "inbox"),
            BackupInbox = EmailAddressText.ReadOptional(front, "backupInbox"),
            Visits = front.Choices("visits", VisitKinds),
            Hours = OpeningHours.Read(front, site),
            Services = [.. front.OptionalTexts("services").Select(site.Term)],
            Languages = Terms("languages", front),
            Therapists = front.OptionalSections("therapists", item => new Therapist(item.Text("name"), item.Text("credentials"), Terms("languages", item), [.. item.OptionalTexts("specialties").Select(site.Term)])),
            Insurance = front.OptionalText("insurance") ?? site.Insurance,
            Updated = front.OptionalDate("updated"),
            LicensedStates = isVirtual ? front.Texts("licensedStates") : [],
            ReferralRule = referralRule,
            Body = file.Body(),
        };
        front.Finish();
        return clinic;

        IReadOnlyList<string> Terms(string key, FrontMatter section) => [.. section.Texts(key).Select(site.Term)];
    }

    private static ClinicPlace ReadPlace(FrontMatter front)
    {
        var address = new Address("", "", "", "");
        if (front.Section("address") is { } section)
        {
            address = new Address(section.Text("street"), section.Text("city"), section.Text("state"), section.Text("zip"));
            section.Finish();
        }

        return new ClinicPlace(
            address,
            new Coordinates(front.Degrees("latitude", 90), front.Degrees("longitude", 180)),
            front.Text("parking"),
            front.Text("transit"),
            front.Text("stepFree"),
            front.OptionalText("directions"));
    }
}
