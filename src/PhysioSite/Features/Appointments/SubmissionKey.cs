using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace PhysioSite.Features.Appointments;

/// <summary>
/// The random secret of one rendered form. A form that is submitted twice has the same key, which is unique in the database. The
/// patient's private link is derived from it, so the second response can contain the same link although only hashes are stored.
/// </summary>
public sealed class SubmissionKey
{
    private readonly byte[] _secret;

    internal SubmissionKey(byte[] secret, DateTime? issuedUtc)
    {
        _secret = secret;
        IssuedUtc = issuedUtc;
    }

    /// <summary>
    /// When the form was first shown. Corrections do not change it. Null in keys issued by older versions, which had no timestamp.
    /// </summary>
    public DateTime? IssuedUtc { get; }

    /// <summary>The hash that is stored to make submission idempotent.</summary>
    public string Hash => Derive("form", 32);

    /// <summary>The last part of the patient's private link, 128 bits.</summary>
    public string StatusToken => Derive("status", 16);

    /// <summary>The hash of a status token that is stored in the database.</summary>
    public static string HashToken(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>
    /// The key with which the same form makes another request after its first one was closed. It is derived, so that sending the form
    /// twice is idempotent again.
    /// </summary>
    public SubmissionKey Next() => new(HMACSHA256.HashData(_secret, "next"u8), IssuedUtc);

    private string Derive(string use, int length) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(use)).AsSpan(0, length));
}

/// <summary>Issues the keys of forms. They are encrypted, so that a client cannot choose a key or its timestamp.</summary>
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

    public bool TryRead(string? text, [NotNullWhen(true)] out SubmissionKey? key)
    {
        key = null;
        try
        {
            key = text is null ? null : Read(_protector.Unprotect(Base64Url.DecodeFromChars(text)));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            // Not a key of this site, or encrypted with a lost data protection key. The form gets a new one.
        }

        return key is not null;
    }

    private static SubmissionKey Read(byte[] key) => key.Length == SecretLength
        ? new SubmissionKey(key, null)
        : new SubmissionKey(
            key[..SecretLength],
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(SecretLength))).UtcDateTime);
}
