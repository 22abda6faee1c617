using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace PhysioSite.Faults.Checks;

/// <summary>
/// Decrypts what the site has stored, with the site's keys and ASP.NET Core's data protection, without the code of the site.
/// </summary>
internal sealed class SiteKeys
{
    private readonly IDataProtector _protector;

    private SiteKeys(Action<IDataProtectionBuilder> configure)
    {
        var services = new ServiceCollection();
        configure(services.AddDataProtection().SetApplicationName("PhysioSite").DisableAutomaticKeyGeneration());
        _protector = services.BuildServiceProvider().GetDataProtector("PhysioSite.Records");
    }

    /// <param name="folder">The folder of the key files. Nothing is written to it.</param>
    public static SiteKeys OfFolder(string folder) => new(keys => keys.PersistKeysToFileSystem(new DirectoryInfo(folder)));

    /// <param name="elements">The keys as the database has them, encrypted with the certificate.</param>
    public static SiteKeys OfElements(List<XElement> elements, X509Certificate2 certificate) => new(keys =>
    {
        keys.UnprotectKeysWithAnyCertificate(certificate);
        keys.Services.Configure<KeyManagementOptions>(options => options.XmlRepository = new Elements(elements));
    });

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

    private sealed class Elements(List<XElement> elements) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => elements;

        public void StoreElement(XElement element, string friendlyName) => throw new NotSupportedException("The keys are only read.");
    }
}
