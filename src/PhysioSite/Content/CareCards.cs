namespace PhysioSite.Content;

/// <summary>
/// Warning signs, grouped by how urgently a patient must act. Each item completes the sentence of its card. The sets are defined
/// once, in <c>care-cards.yml</c>, and pages refer to them by name.
/// </summary>
public sealed record CareCards(IReadOnlyList<string> Emergency, IReadOnlyList<string> DoctorToday, IReadOnlyList<string> PhysicalTherapist);
