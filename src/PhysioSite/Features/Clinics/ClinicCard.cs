using PhysioSite.Content.Model;

namespace PhysioSite.Features.Clinics;

/// <summary>A clinic in the list of clinics.</summary>
/// <param name="Number">The number in the list and on the map.</param>
/// <param name="Visits">What a patient may have at the clinic, by what is known about where they are.</param>
/// <param name="Zip">The reader's ZIP code, for the request form.</param>
/// <param name="State">The reader's state.</param>
public sealed record ClinicCard(
    int Number, ClinicDistance Found, IReadOnlyList<VisitKind> Visits, string? Zip, string? State, DateTime Now);
