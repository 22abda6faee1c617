using PhysioSite.Content.Reading;

namespace PhysioSite.Content;

/// <summary>
/// Warning signs, grouped by how urgently a patient must act. Each item completes the sentence of its card. The sets are defined
/// once, in <c>care-cards.yml</c>, and pages refer to them by name.
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
