using PhysioSite.Content.Reading;
using PhysioSite.Text;

namespace PhysioSite.Content;

/// <summary>A body area. The areas are coarse so that patients need not disclose details.</summary>
/// <param name="Wear">Recommended clothing for a first visit about this area.</param>
public sealed record BodyArea(string Id, string Name, string Wear);

public sealed record PartOfDay(string Id, string Name, string Hours);

/// <summary>An author or reviewer.</summary>
public sealed record Person(string Id, string Name, string Credentials, string Role)
{
    public string NameWithCredentials => $"{Name}, {Credentials}";
}

/// <summary>The clinic group, from <c>site.yml</c>.</summary>
public sealed record SiteProfile
{
    /// <summary>The content language's own name for itself, for example "Español".</summary>
    public required string Language { get; init; }

    public required string Name { get; init; }

    public required string ShortName { get; init; }

    public required string Tagline { get; init; }

    public required string Summary { get; init; }

    public required PhoneNumber Phone { get; init; }

    public required string PhoneHours { get; init; }

    public required string Email { get; init; }

    public required string CareersEmail { get; init; }

    /// <summary>The addresses that are notified when a clinic leaves a request unanswered. Never shown to patients.</summary>
    public required IReadOnlyList<string> ManagersInbox { get; init; }

    public required IReadOnlyList<BodyArea> BodyAreas { get; init; }

    public required IReadOnlyList<string> Bring { get; init; }

    public required IReadOnlyList<string> BringVideo { get; init; }

    public required IReadOnlyList<PartOfDay> PartsOfDay { get; init; }

    public required IReadOnlyList<Person> People { get; init; }

    /// <summary>Maps IANA time zones to the names patients use.</summary>
    public required IReadOnlyDictionary<string, string> TimeZones { get; init; }

    /// <summary>Maps two-letter state codes to referral rules.</summary>
    public required IReadOnlyDictionary<string, string> ReferralRules { get; init; }

    /// <summary>The insurance text for clinics that do not have their own.</summary>
    public required string? Insurance { get; init; }

    /// <summary>
    /// Maps English terms in the clinics' lists (services, languages, specialties, holidays) to the content language. Empty for
    /// English.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Terms { get; init; }

    public BodyArea? FindBodyArea(string? id) => BodyAreas.FirstOrDefault(area => area.Id == id);

    /// <summary>Returns a term in the content language, or the English term if the table does not contain it.</summary>
    public string Term(string english) => Terms.GetValueOrDefault(english, english);

    /// <param name="english">The English profile that this profile translates, or null for English.</param>
    internal static SiteProfile Read(FrontMatter front, SiteProfile? english)
    {
        var site = new SiteProfile
        {
            Language = english is null ? Localization.Language.English.Name : front.Text("language"),
            Name = front.Text("name"),
            ShortName = front.Text("shortName"),
            Tagline = front.Text("tagline"),
            Summary = front.Text("summary"),
            Phone = front.Phone("phone"),
            PhoneHours = front.Text("phoneHours"),
            Email = EmailAddressText.Read(front, "email"),
            CareersEmail = EmailAddressText.Read(front, "careersEmail"),
            ManagersInbox = EmailAddressText.ReadAll(front, "managersInbox", "whoever is told when a request stays unanswered"),
            BodyAreas = front.Sections("bodyAreas", item => new BodyArea(item.Text("id"), item.Text("name"), item.Text("wear"))),
            Bring = front.Texts("bring"),
            BringVideo = front.Texts("bringVideo"),
            PartsOfDay = front.Sections("partsOfDay", item => new PartOfDay(item.Text("id"), item.Text("name"), item.Text("hours"))),
            People = front.Sections("people", item => new Person(item.Text("id"), item.Text("name"), item.Text("credentials"), item.Text("role"))),
            TimeZones = front.Table("timeZones"),
            ReferralRules = front.Table("referralRules"),
            Insurance = front.OptionalText("insurance"),
            Terms = english is null ? new Dictionary<string, string>() : front.Table("terms"),
        };
        foreach (var zone in site.TimeZones.Keys.Where(zone => !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
        {
            front.Problem("timeZones", $"\"{zone}\" is not a time zone this machine knows. Use an IANA name, like America/Chicago.");
        }

        foreach (var (key, ids) in site.Ids())
        {
            foreach (var twice in ids.GroupBy(id => id).Where(group => group.Count() > 1))
            {
                front.Problem(key, $"The id \"{twice.Key}\" is used twice in \"{key}\".");
            }

            if (english is not null && !ids.SequenceEqual(english.Ids()[key]))
            {
                front.Problem(key, $"\"{key}\" must have the ids of the English list in the same order: {string.Join(", ", english.Ids()[key])}.");
            }
        }

        front.Finish();
        return site;
    }

    private Dictionary<string, IReadOnlyList<string>> Ids() => new()
    {
        ["bodyAreas"] = [.. BodyAreas.Select(area => area.Id)],
        ["partsOfDay"] = [.. PartsOfDay.Select(part => part.Id)],
        ["people"] = [.. People.Select(person => person.Id)],
    };
}
