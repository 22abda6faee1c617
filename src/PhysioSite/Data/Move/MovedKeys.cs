using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;
using Npgsql;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.PostgreSql;

namespace PhysioSite.Data.Move;

/// <summary>
/// Copies the data-protection keys of a folder to the database, encrypted with the certificate of the settings. The framework encrypts only
/// keys that it creates itself.
/// </summary>
/// <param name="target">The services of a site with PostgreSQL.</param>
internal sealed class MovedKeys(KeyFolder folder, IServiceProvider target)
{
    private static readonly XNamespace Framework = "http://schemas.asp.net/2015/03/dataProtection";
    private static readonly XName Secret = Framework + "encryptedSecret";

    private readonly List<XElement> _elements = [.. folder.GetAllElements()];
    private readonly IXmlEncryptor _encryptor = target.GetRequiredService<IOptions<KeyManagementOptions>>().Value.XmlEncryptor!;
    private readonly EncryptedXmlDecryptor _decryptor = new(target);

    public int Count => _elements.Count(element => element.Name.LocalName == "key");

    public async Task CopyAsync(NpgsqlConnection to, CancellationToken cancellationToken)
    {
        foreach (var element in _elements)
        {
            await using var insert = new NpgsqlCommand(
                $"INSERT INTO \"{KeyContext.Table}\" (\"FriendlyName\", \"Xml\") VALUES ($1, $2)", to);
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = NameOf(element) });
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Encrypt(element).ToString(SaveOptions.DisableFormatting) });
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <returns>Whether the database has all keys and the certificate decrypts them.</returns>
    public async Task<bool> AreCopiedAsync(NpgsqlConnection to, CancellationToken cancellationToken)
    {
        await using var select = new NpgsqlCommand($"SELECT \"Xml\" FROM \"{KeyContext.Table}\" ORDER BY \"Id\"", to);
        await using var rows = await select.ExecuteReaderAsync(cancellationToken);
        var copied = new List<XElement>();
        while (await rows.ReadAsync(cancellationToken))
        {
            copied.Add(Decrypt(XElement.Parse(rows.GetString(0))));
        }

        return copied.Select(Contents).SequenceEqual(_elements.Select(Contents), XNode.EqualityComparer);
    }

    /// <summary>Without what a decrypted element may write in another way: comments, namespace prefixes, the order of attributes.</summary>
    private static XElement Contents(XElement element) => new(
        element.Name,
        element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration)
            .OrderBy(attribute => attribute.Name.ToString(), StringComparer.Ordinal),
        element.HasElements ? element.Elements().Select(Contents) : element.Value);

    /// <summary>The names that the framework gives them.</summary>
    private static string NameOf(XElement element) =>
        $"{element.Name.LocalName}-{element.Attribute("id")?.Value ?? element.Element("key")?.Attribute("id")?.Value}";

    /// <summary>Encrypts each part that the framework has marked as secret.</summary>
    private XElement Encrypt(XElement element)
    {
        var copy = new XElement(element);
        foreach (var secret in copy.Descendants().Where(part => (bool?)part.Attribute(Framework + "requiresEncryption") == true).ToList())
        {
            var encrypted = _encryptor.Encrypt(new XElement(secret));
            secret.ReplaceWith(new XElement(
                Secret,
                new XAttribute("decryptorType", encrypted.DecryptorType.AssemblyQualifiedName!),
                encrypted.EncryptedElement));
        }

        return copy;
    }

    private XElement Decrypt(XElement element)
    {
        foreach (var secret in element.Descendants(Secret).ToList())
        {
            secret.ReplaceWith(_decryptor.Decrypt(secret.Elements().Single()));
        }

        return element;
    }
}
