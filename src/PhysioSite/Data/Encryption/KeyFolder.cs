using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace PhysioSite.Data.Encryption;

/// <summary>
/// Stores the data-protection keys as files and skips damaged files. The framework's own repository throws on a damaged file, which makes
/// every form, cookie and encrypted column unusable for all keys.
/// </summary>
internal sealed partial class KeyFolder(DataFolder folder, ILoggerFactory logs)
    : FileSystemXmlRepository(new DirectoryInfo(folder.Keys), logs)
{
    private readonly ILogger _log = logs.CreateLogger<KeyFolder>();

    /// <summary>The names of the files that do not contain a valid key.</summary>
    public static IReadOnlyList<string> Damaged(DataFolder folder) =>
        [.. Files(folder).Where(file => Read(file) is null).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    public override IReadOnlyCollection<XElement> GetAllElements()
    {
        System.IO.Directory.CreateDirectory(folder.Keys);
        var found = new List<XElement>();
        foreach (var file in Files(folder))
        {
            if (Read(file) is { } element)
            {
                found.Add(element);
            }
            else
            {
                LogDamaged(Path.GetFileName(file));
            }
        }

        return found;
    }

    private static IEnumerable<string> Files(DataFolder folder) =>
        System.IO.Directory.Exists(folder.Keys) ? System.IO.Directory.EnumerateFiles(folder.Keys, "*.xml") : [];

    private static XElement? Read(string file)
    {
        try
        {
            var element = XElement.Load(file);
            return element.Name.LocalName is "key" or "revocation" ? element : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The key file {File} is damaged and left out; what was encrypted with it cannot be read. Put back its copy")]
    private partial void LogDamaged(string file);
}
