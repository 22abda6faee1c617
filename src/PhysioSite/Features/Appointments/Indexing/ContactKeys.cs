namespace PhysioSite.Features.Appointments.Indexing;

/// <summary>
/// The keyed hashes of the phone number and the email address of a request. Equal ones belong to the same number or address.
/// </summary>
public sealed record ContactKeys(string? Phone, string? Email)
{
    /// <summary>Characters of a hash: 128 bits in Base64Url.</summary>
    public const int Length = 22;
}
