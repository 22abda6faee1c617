using PhysioSite.Content.Model;

namespace PhysioSite.Content.Reading;

/// <summary>What the file of one therapist says and another file contradicts.</summary>
internal static class TherapistCheck
{
    public static IEnumerable<ContentProblem> Problems(SiteContent content) =>
        [.. Authors(content), .. content.Language.IsEnglish ? Twice(content).Concat(UnservedStates(content)) : []];

    private static IEnumerable<ContentProblem> Twice(SiteContent content) =>
        from same in content.Therapists.GroupBy(therapist => therapist.Name)
        where same.Count() > 1
        from therapist in same.Skip(1)
        where therapist.Clinics.Intersect(same.First().Clinics).Any()
        select new ContentProblem(
            FileOf(therapist), 1, $"{therapist.Name} is also therapists/{same.First().Slug}.md, at the same clinic. Remove one of them.");

    /// <summary>An author or reviewer with the id of a therapist is that therapist.</summary>
    private static IEnumerable<ContentProblem> Authors(SiteContent content) =>
        from person in content.Site.People
        let therapist = content.FindTherapist(person.Id)
        where therapist is not null
            && content.Language.IsEnglish
            && (therapist.Name, therapist.Credentials) != (person.Name, person.Credentials)
        select new ContentProblem(
            FileOf(therapist),
            1,
            $"{therapist.NameWithCredentials} is {person.NameWithCredentials} under people in site.yml. Write both the same.");

    /// <summary>A state that virtual care offers without anyone licensed there.</summary>
    private static IEnumerable<ContentProblem> UnservedStates(SiteContent content) =>
        from clinic in content.Clinics
        let therapists = content.TherapistsAt(clinic)
        where clinic.IsVirtual && therapists.Count > 0
        from state in clinic.LicensedStates.Except(therapists.SelectMany(therapist => therapist.LicensedStates))
        select new ContentProblem(
            $"clinics/{clinic.Slug}.md", 1, $"\"licensedStates\" has {state}, but no therapist here is licensed there.");

    private static string FileOf(Therapist therapist) => $"therapists/{therapist.Slug}.md";
}
