namespace PhysioSite.Content.Reading;

internal static class CareCardsReader
{
    /// <summary>Reads the sets of care cards by name.</summary>
    public static IReadOnlyDictionary<string, CareCards> ReadAll(FrontMatter front)
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
