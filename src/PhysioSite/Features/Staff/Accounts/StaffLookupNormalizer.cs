using Microsoft.AspNetCore.Identity;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary>
/// Normalizes names and email addresses as Identity does. Input that is not valid text is returned unchanged and matches no account;
/// Identity's own normalizer throws for it.
/// </summary>
internal sealed class StaffLookupNormalizer : ILookupNormalizer
{
    private readonly UpperInvariantLookupNormalizer _framework = new();

    public string? NormalizeName(string? name) => UserText.IsReadable(name) ? _framework.NormalizeName(name) : name;

    public string? NormalizeEmail(string? email) => UserText.IsReadable(email) ? _framework.NormalizeEmail(email) : email;
}
