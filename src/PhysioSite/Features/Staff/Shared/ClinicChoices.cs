using PhysioSite.Content.Model;
using PhysioSite.Features.Shared.Forms;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Shared;

/// <summary>Clinics as choices of a form. Many of them are grouped by state, where towns of different states have the same name.</summary>
internal static class ClinicChoices
{
    public static IEnumerable<FormChoice> Of(IReadOnlyList<Clinic> clinics) => SiteContent.AreMany(clinics)
        ? clinics.OrderBy(StateOf, StringComparer.Ordinal).Select(clinic => new FormChoice(clinic.Slug, NameOf(clinic), StateOf(clinic)))
        : clinics.Select(clinic => new FormChoice(clinic.Slug, clinic.Name));

    /// <returns>Null for virtual care, which is first.</returns>
    private static string? StateOf(Clinic clinic) => clinic.Place is { } place ? UsStates.Name(place.Address.State) : null;

    private static string NameOf(Clinic clinic) => clinic.Place is { } place ? $"{clinic.Name}, {place.Address.State}" : clinic.Name;
}
