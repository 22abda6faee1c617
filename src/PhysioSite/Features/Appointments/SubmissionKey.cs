using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace PhysioSite.Features.Appointments;

/// <summary>
/// The random secret of one rendered form. The same form sent twice has the same key, which the database holds once; the patient's
/// private link is made from it, so the second answer can name the same link although only hashes are stored.
/// </summary>
public sealed class SubmissionKey
{
    private readonly byte[] _secret;

    internal SubmissionKey(byte[] secret, DateTime? issuedUtc)
    {
        _secret = secret;
        IssuedUtc = issuedUtc;
    }

    /// <summary>When the form was first shown; correcting it does not change that. Null in a key from before keys said so.</summary>
    public DateTime? IssuedUtc { get; }

    /// <summary>What the database keeps so that a form is stored once.</summary>
    public string Hash => Derive("form", 32);

    /// <summary>What the patient's private link ends in: 128 bits.</summary>
    public string StatusToken => Derive("status", 16);

    /// <summary>What the database keeps of a status token.</summary>
    public static string HashToken(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private string Derive(string use, int length) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(use)).AsSpan(0, length));
}

/// <summary>Issues the keys that forms carry, encrypted so that nobody can choose one or the time in it.</summary>
public sealed class SubmissionKeys(IDataProtectionProvider protection, TimeProvider time)
{
    private const int SecretLength = 32;

    private readonly IDataProtector _protector = protection.CreateProtector("PhysioSite.FormKey");

    public string Issue()
    {
        var key = new byte[SecretLength + sizeof(long)];
        RandomNumberGenerator.Fill(key.AsSpan(0, SecretLength));
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(SecretLength), time.GetUtcNow().ToUnixTimeMilliseconds());
        return Base64Url.EncodeToString(_protector.Protect(key));
    }

    public bool TryOpen(string? text, [NotNullWhen(true)] out SubmissionKey? key)
    {
        key = null;
        try
        {
            key = text is null ? null : Read(_protector.Unprotect(Base64Url.DecodeFromChars(text)));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            // Not one of ours, or from before the keys were lost: the form gets a new one.
        }

        return key is not null;
    }

    private static SubmissionKey Read(byte[] key) => key.Length == SecretLength
        ? new SubmissionKey(key, null)
        : new SubmissionKey(key[..SecretLength], DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(SecretLength))).UtcDateTime);
}
