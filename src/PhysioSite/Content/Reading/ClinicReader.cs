using PhysioSite.Content.Model;
using PhysioSite.Content.Reading.Values;
using PhysioSite.Text;

namespace PhysioSite.Content.Reading;

internal static class ClinicReader
{
    private const int MostPhotos = 4;

    private static readonly Dictionary<string, VisitKind> VisitKinds = new()
    {
        ["clinic"] = VisitKind.Clinic,
        ["video"] = VisitKind.Video,
    };

    private static readonly Dictionary<string, string> States = UsStates.Names.Keys.ToDictionary(state => state);

    public static Clinic Read(ContentFile file, SiteProfile site)
    {
        var front = file.Front;
        var defaults = site.ClinicDefaults;
        var isVirtual = front.Flag("virtual");
        var place = isVirtual ? null : ReadPlace(front);
        var zone = front.Text("timeZone");
        if (zone.Length > 0 && !defaults.TimeZones.ContainsKey(zone))
        {
            front.Problem("timeZone", $"\"timeZone\" is \"{zone}\". Use one of the zones listed under timeZones in site.yml.");
        }

        string? referralRule = null;
        if (place is { Address.State.Length: > 0 } && !defaults.ReferralRules.TryGetValue(place.Address.State, out referralRule))
        {
            front.Problem("address", $"\"address.state\" is \"{place.Address.State}\". Add its rule under referralRules in site.yml.");
        }

        var clinic = new Clinic
        {
            Slug = file.Slug,
            Aliases = front.OptionalTexts(ContentAliases.Key),
            Name = front.Text("name"),
            Place = place,
            TimeZone = new ClinicTimeZone(
                TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc,
                defaults.TimeZones.GetValueOrDefault(zone, zone)),
            Phone = front.Phone("phone"),
            Inbox = EmailAddressText.Read(front, "inbox"),
            BackupInbox = EmailAddressText.ReadOptional(front, "backupInbox"),
            Visits = front.Choices("visits", VisitKinds),
            Hours = OpeningHoursReader.Read(front, site),
            NewPatientPause = ReadPause(front),
            SendsReminders = !front.Has("reminders") || front.Flag("reminders"),
            Services = Terms(front.OptionalTexts("services")),
            Languages = Terms(front.Texts("languages")),
            Insurance = front.OptionalText("insurance") ?? defaults.Insurance,
            Plans = ReadPlans(front, defaults),
            Photos = ReadPhotos(file),
            Fax = front.OptionalPhone("fax"),
            Paperwork = front.OptionalText("paperwork") ?? defaults.Paperwork,
            Cancellation = front.OptionalText("cancellation") ?? defaults.Cancellation,
            Updated = front.OptionalDate("updated"),
            LicensedStates = isVirtual ? front.Choices("licensedStates", States) : [],
            ReferralRule = referralRule,
            Body = file.Body(),
        };
        front.Finish();
        return clinic;

        IReadOnlyList<string> Terms(IReadOnlyList<string> english) => [.. english.Select(site.Term)];
    }

    /// <summary>In the order of <c>site.yml</c>, so that the lists of all clinics read the same.</summary>
    private static IReadOnlyList<InsurancePlan> ReadPlans(FrontMatter front, ClinicDefaults defaults)
    {
        var plans = defaults.Plans.DistinctBy(plan => plan.Id).ToDictionary(plan => plan.Id);
        var ids = front.OptionalTexts("plans");
        foreach (var unknown in ids.Where(id => !plans.ContainsKey(id)))
        {
            front.Problem(
                "plans",
                $"\"plans\" has \"{unknown}\". Add it under plans in site.yml, or use one of: {string.Join(", ", plans.Keys)}.");
        }

        return [.. defaults.Plans.Where(plan => ids.Contains(plan.Id))];
    }

    private static IReadOnlyList<DescribedPicture> ReadPhotos(ContentFile file)
    {
        var photos = file.Pictures("photos");
        if (photos.Count > MostPhotos)
        {
            file.Front.Problem("photos", $"A clinic has at most {MostPhotos} photos; this one has {photos.Count}.");
        }

        if (photos.Count > 0 && file.Front.FileOf("photos") != file.Front.File)
        {
            file.Front.Problem(null, $"\"photos\" of {file.Front.FileOf("photos")} is not translated. Describe each photo.");
        }

        return photos;
    }

    private static NewPatientPause? ReadPause(FrontMatter front)
    {
        if (front.Has("acceptingNewPatients") && !front.Flag("acceptingNewPatients"))
        {
            return new(front.Text("newPatientNote"), front.Text("alternative"));
        }

        // The two keys may stay in the file while the clinic takes new patients.
        _ = (front.OptionalText("newPatientNote"), front.OptionalText("alternative"));
        return null;
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
