using Microsoft.AspNetCore.Identity;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Shared;

/// <summary>As Identity compares addresses, but for one that is no text: it belongs to nobody, where Identity's own throws.</summary>
internal sealed class StaffLookupNormalizer : ILookupNormalizer
{
    private readonly UpperInvariantLookupNormalizer _framework = new();

    public string? NormalizeName(string? name) => UserText.IsReadable(name) ? _framework.NormalizeName(name) : name;

    public string? NormalizeEmail(string? email) => UserText.IsReadable(email) ? _framework.NormalizeEmail(email) : email;
}
