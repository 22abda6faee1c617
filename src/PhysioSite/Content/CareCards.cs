namespace PhysioSite.Content;

/// <summary>
/// Signs, ordered by how soon someone must act. Each item finishes its card's sentence. The sets are written once, in
/// <c>care-cards.yml</c>, and named by the pages that show them.
/// </summary>
public sealed record CareCards(IReadOnlyList<string> Emergency, IReadOnlyList<string> DoctorToday, IReadOnlyList<string> PhysicalTherapist)
{
    internal static IReadOnlyDictionary<string, CareCards> ReadAll(FrontMatter front)
    {
        var sets = new Dictionary<string, CareCards>(StringComparer.Ordinal);
        foreach (var id in front.Keys)
        {
            if (front.Section(id) is { } section)
            {
                sets[id] = new CareCards(section.Texts("emergency"), section.Texts("doctorToday"), section.Texts("physicalTherapist"));
                section.Finish();
            }
        }

        return sets;
    }
}
