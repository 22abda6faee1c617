using PhysioSite.Content.Model;
using PhysioSite.Text;

namespace PhysioSite.Content.Reading;

internal static class TherapistReader
{
    private static readonly Dictionary<string, string> States = UsStates.Names.Keys.ToDictionary(state => state);

    /// <param name="clinics">By file name and alias.</param>
    public static Therapist Read(ContentFile file, SiteProfile site, IReadOnlyDictionary<string, Clinic> clinics)
    {
        var front = file.Front;
        var therapist = new Therapist
        {
            Slug = file.Slug,
            Aliases = front.OptionalTexts(ContentAliases.Key),
            Name = front.Text("name"),
            Credentials = front.Text("credentials"),
            LicensedStates = front.Choices("licensedStates", States),
            Languages = Terms("languages", front.Texts("languages")),
            Specialties = Terms("specialties", front.Texts("specialties")),
            Clinics = front.Choices("clinics", clinics),
            Portrait = ReadPortrait(file),
            Updated = front.OptionalDate("updated"),
            Body = file.Body(),
        };
        foreach (var key in new[] { "languages", "specialties", "licensedStates", "clinics" })
        {
            foreach (var twice in front.OptionalTexts(key).GroupBy(item => item).Where(group => group.Count() > 1))
            {
                front.Problem(key, $"\"{twice.Key}\" is listed twice in \"{key}\".");
            }
        }

        CheckLicenses(front, therapist);
        foreach (var unknown in therapist.CredentialParts.Where(part => site.Credentials.Count > 0 && !site.Credentials.ContainsKey(part)))
        {
            front.Problem("credentials", $"\"credentials\" has \"{unknown}\". Add what it means under credentials in site.yml.");
        }

        front.Finish();
        return therapist;

        IReadOnlyList<string> Terms(string key, IReadOnlyList<string> english)
        {
            if (key == "specialties" && english.Count > 3)
            {
                front.Problem(key, "A therapist has one to three specialties.");
            }

            return [.. english.Select(site.Term)];
        }
    }

    private static DescribedPicture? ReadPortrait(ContentFile file)
    {
        var front = file.Front;
        if (!front.Has("portrait"))
        {
            if (front.OptionalText("portraitAlt") is not null)
            {
                front.Problem("portraitAlt", "\"portraitAlt\" describes a portrait, but there is no \"portrait\".");
            }

            return null;
        }

        var alt = front.Text("portraitAlt");
        return file.Picture(front, "portrait") is { } picture ? new DescribedPicture(picture, alt) : null;
    }

    /// <summary>A therapist treats people in a state only with its license.</summary>
    private static void CheckLicenses(FrontMatter front, Therapist therapist)
    {
        // A clinic that cannot be read is replaced by another one, which must not be compared.
        foreach (var clinic in front.OptionalTexts("clinics").Zip(therapist.Clinics)
            .Where(pair => pair.Second.Slugs.Contains(pair.First))
            .Select(pair => pair.Second))
        {
            if (clinic.Place is { Address.State: { Length: > 0 } state } && !therapist.LicensedStates.Contains(state))
            {
                front.Problem("licensedStates", $"\"licensedStates\" lacks {state}, the state of the clinic {clinic.Slug}.");
            }

            if (clinic.IsVirtual && !therapist.LicensedStates.Intersect(clinic.LicensedStates).Any())
            {
                front.Problem("licensedStates", $"\"licensedStates\" has none of the states of {clinic.Slug}.");
            }
        }
    }
}
