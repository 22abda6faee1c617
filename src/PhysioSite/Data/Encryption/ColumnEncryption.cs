using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace PhysioSite.Data.Encryption;

/// <summary>
/// Encrypts patient data before it is written to the database. The keys are the site's data-protection keys, which are stored outside the
/// database. Without them an encrypted column cannot be decrypted.
/// </summary>
public sealed class ColumnEncryption(IDataProtectionProvider protection, UnreadableValues unreadable)
{
    /// <summary>Stored values never become part of a page as JSON, so HTML in them, such as that of emails, is not escaped.</summary>
    private static readonly JsonSerializerOptions Stored = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IDataProtector _protector = protection.CreateProtector("PhysioSite.Records");

    /// <summary>
    /// The id of the key in the header of a stored text, or null when the text is not a protected payload. A protected payload begins with
    /// four fixed bytes and the key id (ASP.NET Core, "Authenticated encryption details").
    /// </summary>
    internal static Guid? KeyOf(string storedText)
    {
        try
        {
            var payload = WebEncoders.Base64UrlDecode(storedText);
            return payload.Length >= 20 && BinaryPrimitives.ReadUInt32BigEndian(payload) == 0x09F0C9F0
                ? new Guid(payload.AsSpan(4, 16))
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <returns>Why nothing can be encrypted and decrypted. Null when it can.</returns>
    public string? FindProblem()
    {
        try
        {
            const string Probe = "probe";
            return Unprotect(_protector.Protect(Probe)) == Probe ? null : "What was encrypted was not decrypted.";
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return e.GetBaseException().Message;
        }
    }

    /// <summary>The key that encrypts new values.</summary>
    internal Guid? CurrentKey => KeyOf(_protector.Protect(""));

    internal string Encrypt<T>(T value) =>
        WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(value, Stored)));

    /// <summary>Whether the key of a stored text can decrypt it, whatever it contains.</summary>
    internal bool CanDecrypt(string storedText)
    {
        try
        {
            Unprotect(storedText);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <summary>The same value encrypted with the current key. Null when it cannot be decrypted.</summary>
    internal string? Reencrypt(string storedText)
    {
        try
        {
            return _protector.Protect(Unprotect(storedText));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// Decrypts the value of a row. Returns null when the value cannot be read; this is logged and sets the health status to degraded.
    /// </summary>
    /// <param name="cell">The location of <paramref name="storedText"/>.</param>
    internal T? Decrypt<T>(string storedText, EncryptedCell cell)
        where T : class
    {
        T? value = null;
        try
        {
            value = JsonSerializer.Deserialize<T>(Unprotect(storedText));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException or NotSupportedException)
        {
            // Neither the exception nor the text is logged, because both may contain patient data.
        }

        if (value is null)
        {
            unreadable.Add(cell);
        }

        return value;
    }

    /// <summary>
    /// A revoked key still decrypts stored values: it is revoked to end sessions and links, not to lose what patients wrote.
    /// </summary>
    private string Unprotect(string storedText) => Encoding.UTF8.GetString(_protector is IPersistedDataProtector persisted
        ? persisted.DangerousUnprotect(WebEncoders.Base64UrlDecode(storedText), ignoreRevocationErrors: true, out _, out _)
        : _protector.Unprotect(WebEncoders.Base64UrlDecode(storedText)));
}
