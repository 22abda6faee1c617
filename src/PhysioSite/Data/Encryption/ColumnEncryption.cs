using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace PhysioSite.Data.Encryption;

/// <summary>
/// Encrypts what a patient wrote before it reaches the database. The keys are the site's data-protection keys, kept outside of it; without
/// them an encrypted column cannot be read again.
/// </summary>
public sealed class ColumnEncryption(IDataProtectionProvider protection, UnreadableValues unreadable)
{
    private readonly IDataProtector _protector = protection.CreateProtector("PhysioSite.Records");

    /// <summary>
    /// The key that a stored text says it was encrypted with, or null when it is no encrypted text: a protected payload begins with four
    /// fixed bytes and the key's id (ASP.NET Core, "Authenticated encryption details").
    /// </summary>
    internal static Guid? KeyOf(string storedText)
    {
        try
        {
            var payload = WebEncoders.Base64UrlDecode(storedText);
            return payload.Length >= 20 && BinaryPrimitives.ReadUInt32BigEndian(payload) == 0x09F0C9F0 ? new Guid(payload.AsSpan(4, 16)) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    internal string Encrypt<T>(T value) => _protector.Protect(JsonSerializer.Serialize(value));

    /// <summary>The value of a row, or null when it cannot be read, which is logged and makes the site's health degraded.</summary>
    /// <param name="cell">Where <paramref name="storedText"/> was read from.</param>
    internal T? Decrypt<T>(string storedText, EncryptedCell cell)
        where T : class
    {
        T? value = null;
        try
        {
            value = JsonSerializer.Deserialize<T>(_protector.Unprotect(storedText));
        }
        catch (Exception e) when (e is CryptographicException or JsonException or NotSupportedException)
        {
            // Neither the exception nor the text is logged: both may quote what a patient wrote.
        }

        if (value is null)
        {
            unreadable.Add(cell);
        }

        return value;
    }
}
