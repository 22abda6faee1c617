using PhysioSite.Content.Model;

namespace PhysioSite.Content.Reading;

internal static class CareCardsReader
{
    /// <summary>
    /// Reads the sets of care cards by name. Each list of a set has the names of signs, so that a sign has the same words in every set.
    /// </summary>
    public static IReadOnlyDictionary<string, CareCards> ReadAll(FrontMatter front)
    {
        var signs = front.Table("signs");
        var used = new HashSet<string>(StringComparer.Ordinal);
        var sets = new Dictionary<string, CareCards>(StringComparer.Ordinal);
        if (front.Section("sets") is { } section)
        {
            foreach (var id in section.Keys)
            {
                if (section.Section(id) is { } set)
                {
                    sets[id] = new CareCards(
                        Signs(set.Texts("emergency")),
                        Signs(set.Texts("doctorToday")),
                        Signs(set.OptionalTexts("doctorSoon")),
                        Signs(set.Texts("physicalTherapist")));
                    set.Finish();
                }
            }
        }

        foreach (var unused in signs.Keys.Except(used))
        {
            front.Problem("signs", $"The sign \"{unused}\" is in no set.");
        }

        front.Finish();
        return sets;

        IReadOnlyList<string> Signs(IReadOnlyList<string> names)
        {
            used.UnionWith(names);
            foreach (var missing in names.Where(name => !signs.ContainsKey(name)))
            {
                front.Problem("signs", $"The sign \"{missing}\" has no words under \"signs\".");
            }

            return [.. names.Select(name => signs.GetValueOrDefault(name, ""))];
        }
    }
}
