namespace PhysioSite.Content;

/// <summary>Signs, ordered by how soon someone must act. Each item finishes its card's sentence.</summary>
public sealed record CareCards(IReadOnlyList<string> Emergency, IReadOnlyList<string> DoctorToday, IReadOnlyList<string> PhysicalTherapist)
{
    internal static CareCards Read(FrontMatter front)
    {
        if (front.Section("careCards") is not { } section)
        {
            return new CareCards([], [], []);
        }

        var cards = new CareCards(section.Texts("emergency"), section.Texts("doctorToday"), section.Texts("physicalTherapist"));
        section.Finish();
        return cards;
    }
}
