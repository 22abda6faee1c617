using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace PhysioSite.Faults.Checks;

/// <summary>
/// Decrypts what the site has stored, with the site's key files and ASP.NET Core's data protection, without the code of the site.
/// </summary>
/// <param name="folder">The folder of the key files. Nothing is written to it.</param>
internal sealed class SiteKeys(string folder)
{
    private readonly IDataProtector _protector = DataProtectionProvider
        .Create(new DirectoryInfo(folder), keys => keys.SetApplicationName("PhysioSite").DisableAutomaticKeyGeneration())
        .CreateProtector("PhysioSite.Records");

    /// <returns>Null when the text is not a value that was encrypted with one of the keys.</returns>
    public JsonElement? Read(string storedText)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(_protector.Unprotect(storedText));
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
