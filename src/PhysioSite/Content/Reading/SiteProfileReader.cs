using PhysioSite.Content.Model;
using PhysioSite.Content.Reading.Values;
using PhysioSite.Localization;

namespace PhysioSite.Content.Reading;

internal static class SiteProfileReader
{
    /// <param name="english">The English profile that this profile translates, or null for English.</param>
    public static SiteProfile Read(FrontMatter front, SiteProfile? english)
    {
        var site = new SiteProfile
        {
            Language = english is null ? Language.English.Name : front.Text("language"),
            Name = front.Text("name"),
            ShortName = front.Text("shortName"),
            Tagline = front.Text("tagline"),
            Summary = front.Text("summary"),
            Founded = front.OptionalYear("founded"),
            Contact = new SiteContact(
                front.Phone("phone"),
                front.Text("phoneHours"),
                EmailAddressText.Read(front, "email"),
                EmailAddressText.Read(front, "careersEmail"),
                EmailAddressText.ReadAll(front, "managersInbox", "the person who is told when a request stays unanswered")),
            EqualOpportunity = front.Text("equalOpportunity"),
            BodyAreas = front.Sections("bodyAreas", item => new BodyArea(item.Text("id"), item.Text("name"), item.Text("wear"))),
            FirstVisit = new FirstVisit(front.Texts("bring"), front.Texts("bringVideo")),
            PartsOfDay = front.Sections("partsOfDay", item => new PartOfDay(item.Text("id"), item.Text("name"), item.Text("hours"))),
            People = front.Sections("people", item => new Person(
                item.Text("id"),
                item.Text("name"),
                item.Text("credentials"),
                item.Text("role"))),
            Credentials = front.Has("credentials") ? front.Table("credentials") : new Dictionary<string, string>(),
            ClinicDefaults = new ClinicDefaults(
                front.Table("timeZones"),
                front.Table("referralRules"),
                front.OptionalText("insurance"),
                front.OptionalSections("plans", item => new InsurancePlan(item.Text("id"), item.Text("name"))),
                front.OptionalText("paperwork"),
                front.OptionalText("cancellation")),
            Holidays = OpeningHoursReader.ReadDays(front, "holidays"),
            Notices = ReadNotices(front, english),
            Terms = english is null ? new Dictionary<string, string>() : front.Table("terms"),
        };
        if (site.Founded > TimeProvider.System.GetUtcNow().Year)
        {
            front.Problem("founded", $"\"founded\" is {site.Founded}, which is in the future.");
        }

        foreach (var zone in site.ClinicDefaults.TimeZones.Keys.Where(zone => !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
        {
            front.Problem("timeZones", $"\"{zone}\" is not a time zone this machine knows. Use an IANA name, like America/Chicago.");
        }

        foreach (var (key, ids) in Ids(site))
        {
            foreach (var twice in ids.GroupBy(id => id).Where(group => group.Count() > 1))
            {
                front.Problem(key, $"The id \"{twice.Key}\" is used twice in \"{key}\".");
            }

            if (english is not null && !ids.SequenceEqual(Ids(english)[key]))
            {
                front.Problem(
                    key,
                    $"\"{key}\" must have the ids of the English list in the same order: {string.Join(", ", Ids(english)[key])}.");
            }
        }

        front.Finish();
        return site;
    }

    private static Dictionary<string, IReadOnlyList<string>> Ids(SiteProfile site) => new()
    {
        ["bodyAreas"] = [.. site.BodyAreas.Select(area => area.Id)],
        ["partsOfDay"] = [.. site.PartsOfDay.Select(part => part.Id)],
        ["plans"] = [.. site.ClinicDefaults.Plans.Select(plan => plan.Id)],
        ["people"] = [.. site.People.Select(person => person.Id)],
        ["notices"] = [.. site.Notices.Select(notice => notice.Id)],
    };

    /// <summary>A translation has only the texts of the notices. Their times are in the English file.</summary>
    private static IReadOnlyList<SiteNotice> ReadNotices(FrontMatter front, SiteProfile? english)
    {
        const string Key = "notices";
        if (english is not null)
        {
            if (english.Notices.Count > 0 && front.FileOf(Key) != front.File)
            {
                front.Problem(null, $"Translate the text of each of the \"{Key}\" in site.yml: \"id\" and \"text\".");
                return english.Notices;
            }

            return front.OptionalSections(Key, item =>
            {
                var (id, text) = (item.Text("id"), item.Text("text"));
                var original = english.Notices.FirstOrDefault(notice => notice.Id == id);
                return new SiteNotice(id, original?.FromUtc ?? default, original?.ToUtc ?? default, text);
            });
        }

        return front.OptionalSections(Key, item =>
        {
            var notice = new SiteNotice(item.Text("id"), item.Moment("from"), item.Moment("to"), item.Text("text"));
            if (notice.FromUtc >= notice.ToUtc)
            {
                item.Problem("to", $"The notice \"{notice.Id}\" ends before it begins.");
            }

            return notice;
        });
    }
}
