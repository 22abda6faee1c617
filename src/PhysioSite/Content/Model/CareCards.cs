namespace PhysioSite.Content.Model;

/// <summary>
/// Warning signs, grouped by how urgently a patient must act. Each sign completes the sentence of its card. The signs and the sets
/// are in <c>care-cards.yml</c>, and pages refer to the sets by name.
/// </summary>
/// <param name="DoctorSoon">Signs to be seen by a doctor within a day or two. May be empty.</param>
public sealed record CareCards(
    IReadOnlyList<string> Emergency,
    IReadOnlyList<string> DoctorToday,
    IReadOnlyList<string> DoctorSoon,
    IReadOnlyList<string> PhysicalTherapist)
{
    public IEnumerable<string> Signs => [.. Emergency, .. DoctorToday, .. DoctorSoon, .. PhysicalTherapist];
}
